import { attempt } from './attempt.ts';
import type { Client, ResponseLike } from './client.ts';
import { confirmEffect } from './confirm.ts';
import type { Operation } from './operation.ts';
import { passGate } from './pass-gate.ts';
import { retry } from './retry.ts';

/**
 * Runs an operation for a client that has no loop of its own.
 *
 * @param sent - The first attempt, if the adapter has sent it already.
 * @returns The response of the attempt that matters.
 * @throws The client's own error, isFull, or the reason of the caller's signal.
 */
export async function runOperation<Response extends ResponseLike>(
  operation: Operation,
  client: Client<Response>,
  sent?: Promise<Response>,
): Promise<Response> {
  if (!sent && operation.settings.originGate) {
    try {
      await passGate(operation, client.signal);
    } catch (reason) {
      throw operation.settle(reason);
    }
  }
  const first = await attempt(operation, client, sent);
  const last = first.decision.action === 'retry' ? await retry(operation, client, first) : first;
  if (operation.settings.confirm) await confirmEffect(operation, client.signal);
  if (client.signal?.aborted) {
    if (last.response) void client.discard(last.response, client.signal);
    throw operation.settle(client.signal.reason);
  }
  if (last.response) return operation.settle(last.response);
  throw operation.settle(operation.error);
}
