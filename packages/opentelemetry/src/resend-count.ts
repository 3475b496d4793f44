import type { Attributes } from '@opentelemetry/api';
import { currentRun, type Run } from './run.ts';

/**
 * Hook for the HTTP instrumentations: gives the CLIENT span of each resend its `http.request.resend_count`. It counts
 * every request that a call of a {@link traced} client sends after the first one, redirects included
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span). With `operationSpan`, the span of a
 * retry also has `twicesafe.retry.delay` in seconds and `twicesafe.retry.reason`.
 *
 * @returns The attributes, none outside of a traced client and for a first request.
 *
 * @example
 * new UndiciInstrumentation({ startSpanHook: resendCount });
 * new HttpInstrumentation({ startOutgoingSpanHook: resendCount });
 */
export function resendCount(): Attributes {
  const run = currentRun();
  return run ? resendAttributes(run) : {};
}

/** Counts a request of a run. */
export function resendAttributes(run: Run): Attributes {
  const count = run.sent++;
  const { retry } = run;
  run.retry = undefined;
  return {
    ...(count > 0 && { 'http.request.resend_count': count }),
    ...(retry && { 'twicesafe.retry.delay': retry.delayMs / 1000, 'twicesafe.retry.reason': retry.reason }),
  };
}
