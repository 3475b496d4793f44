import type { RetryEvent } from '@twicesafe/core';
import { endAttemptSpan, startAttemptSpan } from './attempt-span.ts';
import { endOperationSpan, nameOperationSpan } from './operation-span.ts';
import { currentRun, type Run } from './run.ts';

/** The calls whose operation is under way, by its id. */
const runs = new Map<string, Run>();

/**
 * Hears the events that the spans of {@link traced} need. Where the runtime has `node:diagnostics_channel`, the first
 * call that a context manager follows subscribes it to the channels of twicesafe. Elsewhere, as in browsers, pass it to
 * the client: it may hear an event twice.
 *
 * @example
 * const fetch = traced(wrapFetch({ onEvent: traceEvents }), { operationSpan: true });
 */
export const traceEvents: (event: RetryEvent) => void = (event) => {
  if (event.type === 'operation-start') start(event);
  const run = runs.get(event.operationId);
  if (run) follow(run, event);
};

/** The first operation of a call is the call's own. Others are those of its hooks. */
function start({ operationId, method, origin }: RetryEvent): void {
  const run = currentRun();
  const { spans } = run ?? {};
  if (!run || !spans || spans.operationId !== undefined) return;
  spans.operationId = operationId;
  runs.set(operationId, run);
  nameOperationSpan(spans, { method, origin });
}

function follow(run: Run, event: RetryEvent): void {
  const { spans } = run;
  if (!spans) return;
  switch (event.type) {
    case 'attempt-held':
      run.retry = { delayMs: event.waitMs, reason: 'origin-gate' };
      break;
    case 'retry-scheduled':
      if (event.decision.action === 'retry')
        run.retry = { delayMs: event.decision.waitMs, reason: event.decision.reason };
      break;
    case 'attempt-start':
      if (spans.attempts) startAttemptSpan(run, spans, event);
      break;
    case 'attempt-end':
      endAttemptSpan(spans, event.attempt);
      break;
    case 'operation-end':
      runs.delete(event.operationId);
      endAttemptSpan(spans);
      endOperationSpan(spans, event.report);
      break;
    case 'operation-start':
      break;
  }
}
