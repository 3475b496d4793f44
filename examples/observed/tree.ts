import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** What a line of the tree shows of a span. */
const SHOWN = [
  'http.request.resend_count',
  'http.response.status_code',
  'error.type',
  'twicesafe.retry.reason',
  'twicesafe.attempts',
  'twicesafe.reason',
  'twicesafe.effect',
];

/** Spans as a tree, one line each. */
export function tree(spans: readonly ReadableSpan[], parent?: string, indent = ''): string {
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .map((span) => `${indent}${line(span)}\n${tree(spans, span.spanContext().spanId, `${indent}  `)}`)
    .join('');
}

function line({ name, kind, status, attributes }: ReadableSpan): string {
  const shown = SHOWN.filter((key) => attributes[key] !== undefined).map((key) => `${key}=${attributes[key]}`);
  return [name, SpanKind[kind], SpanStatusCode[status.code], ...shown].join(' ');
}
