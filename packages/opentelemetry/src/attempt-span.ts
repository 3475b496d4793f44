import { SpanKind } from '@opentelemetry/api';
import type { AttemptRecord, RetryEvent } from '@twicesafe/core';
import { setOutcome } from './outcome-attributes.ts';
import { redactSignatures } from './redact-signatures.ts';
import { methodName, requestAttributes } from './request-attributes.ts';
import { resendAttributes } from './resend-count.ts';
import type { Run, RunSpans } from './run.ts';
import { tracer } from './tracer.ts';

/**
 * Starts the CLIENT span of an attempt, by
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span.
 */
export function startAttemptSpan(run: Run, spans: RunSpans, event: RetryEvent): void {
  // The same event may be heard by the channel and by onEvent.
  if (spans.attempt) return;
  const { method, url } = event;
  const request = requestAttributes(event);
  const original = request['http.request.method'] === '_OTHER' && { 'http.request.method_original': method };
  const attributes = { ...request, ...original, 'url.full': redactSignatures(url), ...resendAttributes(run) };
  spans.attempt = tracer().startSpan(methodName(method), { kind: SpanKind.CLIENT, attributes }, spans.context);
}

/** Ends the span of the attempt that is under way, if there is one. */
export function endAttemptSpan(spans: RunSpans, attempt?: AttemptRecord): void {
  const span = spans.attempt;
  if (!span) return;
  spans.attempt = undefined;
  const outcome = attempt?.outcome;
  if (outcome?.type === 'response') span.setAttribute('http.response.status_code', outcome.status);
  setOutcome(span, outcome);
  span.end();
}
