import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { AttemptRecord } from '@twicesafe/core';

type Outcome = AttemptRecord['outcome'];

/**
 * The short cause of an error, as the status or the kind of failure. Undefined for a success, and for the caller's own
 * abort, which is no error (https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status).
 */
export function errorKind(outcome: Outcome | undefined): string | undefined {
  if (!outcome) return undefined;
  if (outcome.type === 'response') return outcome.status >= 400 ? String(outcome.status) : undefined;
  return outcome.kind === 'caller-abort' ? undefined : outcome.kind;
}

/** Gives a span the outcome that ended it. A network failure has its code as `error.type`, such as `ECONNRESET`. */
export function setOutcome(span: Span, outcome: Outcome | undefined): void {
  const kind = errorKind(outcome);
  if (kind === undefined) return;
  const code = outcome?.type === 'failure' && outcome.kind === 'network' ? outcome.error.code : undefined;
  const attributes: Attributes = { 'error.type': code ?? kind };
  span.setAttributes(attributes);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
