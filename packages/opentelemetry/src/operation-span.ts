import { type Span, SpanKind, trace } from '@opentelemetry/api';
import type { Report } from '@twicesafe/core';
import { setOutcome } from './outcome-attributes.ts';
import { methodName, type RequestName } from './request-attributes.ts';
import type { RunSpans } from './run.ts';
import { tracer } from './tracer.ts';

/**
 * Starts the span of a call. It is INTERNAL, and has no attribute of HTTP: around CLIENT spans there must be no other
 * CLIENT span (https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span).
 */
export function startOperationSpan(): Span {
  return tracer().startSpan('retry', { kind: SpanKind.INTERNAL });
}

/** Names the span after the method, once the operation is known. */
export function nameOperationSpan({ operation, operationId }: RunSpans, { method }: RequestName): void {
  operation?.updateName(`retry ${methodName(method)}`);
  if (operationId !== undefined) operation?.setAttribute('twicesafe.operation_id', operationId);
}

/** Ends the span of a call with what its report says. It is undefined if the call wasn't an operation. */
export function endOperationSpan(spans: RunSpans, report?: Report): void {
  const span = spans.operation;
  if (!span) return;
  spans.operation = undefined;
  if (report) {
    const { attempts, decision, effect, effectReason } = report;
    span.setAttributes({
      'twicesafe.attempts': attempts.length,
      'twicesafe.decision': decision.action,
      'twicesafe.reason': decision.reason,
      'twicesafe.effect': effect,
      'twicesafe.effect_reason': effectReason,
    });
    if (decision.reason !== 'aborted') setOutcome(span, attempts.at(-1)?.outcome);
  }
  span.end();
}

/** The span that the spans of the attempts are children of, as a context. */
export function parentOf(operation: Span | undefined, context: RunSpans['context']): RunSpans['context'] {
  return operation ? trace.setSpan(context, operation) : context;
}
