import type { Decision } from '../decision/decision.ts';
import type { Outcome } from '../decision/outcome.ts';
import type { Client, ResponseLike } from './client.ts';
import type { Operation } from './operation.ts';
import { sendWithin, timeLimitOf } from './time-limit.ts';

/** An attempt that was sent and judged. Without a response it failed, and the operation knows the error. */
export interface Judged<Response> {
  readonly response: Response | undefined;
  readonly decision: Decision;
}

/**
 * Sends one attempt and has its outcome judged. Never rejects for what the client did.
 *
 * @param sent - What came of it, if the adapter has sent it already.
 */
export async function attempt<Response extends ResponseLike>(
  operation: Operation,
  client: Client<Response>,
  sent?: Promise<Response>,
): Promise<Judged<Response>> {
  const limit = sent ? undefined : timeLimitOf(operation);
  let response: Response | undefined;
  let outcome: Outcome;
  operation.begin();
  try {
    response = await (sent ?? (limit ? sendWithin(limit, client, operation.clock) : client.send(undefined)));
    outcome = { type: 'response', status: response.status, headers: response.headers };
  } catch (error) {
    const failure = client.failure(error);
    outcome = limit?.error ? { ...failure, kind: limit.kind } : failure;
  }
  const aborted = client.signal?.aborted ?? false;
  return {
    response,
    decision: operation.judge(outcome, {
      aborted,
      bodyUsed: client.bodyUsed,
      keyRemoved: client.keyRemoved ?? false,
    }),
  };
}
