import type { Decision } from '../decision/decision.ts';
import type { Outcome } from '../decision/outcome.ts';
import type { Client } from './client.ts';
import type { TimeLimitError } from './errors.ts';
import type { Operation } from './operation.ts';
import { type TimeLimit, timeLimitOf } from './time-limit.ts';

/** An attempt that was sent and judged. Without a response it failed, and the operation knows the error. */
export interface AttemptResult<Response> {
  readonly response: Response | undefined;
  readonly decision: Decision;
}

/** Sends one attempt and has its outcome judged. Never rejects for anything that the client did. */
export async function sendAttempt<Response>(
  operation: Operation,
  client: Client<Response>,
): Promise<AttemptResult<Response>> {
  operation.begin();
  const limit = timeLimitOf(operation);
  const ended: { by?: TimeLimitError } = {};
  let response: Response | undefined;
  let outcome: Outcome;
  try {
    response = await (limit ? sendWithin(limit, operation, client, ended) : client.send(false));
    outcome = client.outcome(response);
  } catch (error) {
    response = undefined;
    outcome = client.failure(error);
    if (ended.by && limit && outcome.type === 'failure') outcome = { ...outcome, kind: limit.kind, error: ended.by };
  }
  const { signal, bodyUsed, keyRemoved = false } = client;
  const decision = operation.judge(outcome, { aborted: signal?.aborted ?? false, bodyUsed, keyRemoved });
  return { response, decision };
}

/** Sends one attempt, and rejects when its time is over, whether or not the client obeys `cut`. */
function sendWithin<Response>(
  { kind, ms, shared }: TimeLimit,
  operation: Operation,
  client: Client<Response>,
  ended: { by?: TimeLimitError },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    // A mock may return its response without a promise.
    const sent = Promise.resolve(client.send(true));
    const cancel = operation.clock.after(
      ms,
      () => {
        ended.by = operation.limitError(kind);
        // First, so that a client whose `cut` throws is answered too.
        reject(ended.by);
        client.cut?.(ended.by);
      },
      shared,
    );
    sent.then(
      (response) => {
        cancel();
        // A client that does not obey may still bring a response, and its body is discarded.
        if (ended.by) client.discard(response);
        else resolve(response);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}
