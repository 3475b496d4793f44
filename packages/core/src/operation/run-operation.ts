import { abortReason } from './abort-reason.ts';
import type { Client } from './client.ts';
import { confirmEffect } from './confirm.ts';
import type { Operation } from './operation.ts';
import type { Refusal } from './outer-loop.ts';
import { retry } from './retry.ts';
import { type AttemptResult, attemptAnswered, attemptFailed, beginAttempt } from './send-attempt.ts';
import { limitError } from './time-limit.ts';
import { gateDelayMs, waitForGate } from './wait-for-gate.ts';

/**
 * Runs an operation for a client without its own retry loop.
 *
 * @returns The response of the attempt that matters.
 * @throws The client's own error, untouched, or the reason of the caller's signal.
 *
 * @example
 * const operation = new Operation(policy, { method, url, headers });
 * return runOperation(operation, client);
 */
export async function runOperation<Response>(operation: Operation, client: Client<Response>): Promise<Response> {
  const { signal } = client;
  const { refusal } = operation;
  if (refusal) return refuse(operation, client, refusal);
  const delayMs = gateDelayMs(operation);
  if (delayMs > 0) await waitForGate(operation, delayMs, signal);
  if (signal?.aborted) throw giveUp(operation, signal);

  let result: AttemptResult<Response>;
  try {
    const response = await beginAttempt(operation, client);
    const answered = attemptAnswered(operation, client, response);
    result = answered instanceof Promise ? await answered : answered;
  } catch (error) {
    result = attemptFailed(operation, client, error);
  }
  if (result.decision.action === 'retry') result = await retry(operation, client, result);
  if (operation.settings.confirm) await confirmEffect(operation, signal);
  return finish(operation, client, result);
}

/** Ends an outer retry that must not be sent. The caller gets the previous outcome. */
async function refuse<Response>(
  operation: Operation,
  client: Client<Response>,
  { reason, outcome }: Refusal,
): Promise<Response> {
  operation.abandon(reason);
  let response: Response;
  try {
    response = (await outcome()) as Response;
  } catch (error) {
    throw operation.settle(error);
  }
  operation.settle(client.settled ? client.settled(response) : response);
  return response;
}

/** Ends the operation after the caller aborted it before the next attempt. */
function giveUp(operation: Operation, signal: AbortSignal): unknown {
  operation.abandon('aborted');
  return operation.settle(abortReason(signal));
}

function finish<Response>(
  operation: Operation,
  client: Client<Response>,
  { response, decision }: AttemptResult<Response>,
): Response {
  const { signal } = client;
  if (signal?.aborted) {
    if (response !== undefined) client.discard(response);
    if (decision.reason !== 'aborted') operation.abandon('aborted');
    throw operation.settle(abortReason(signal, operation.failure));
  }
  if (response === undefined) throw operation.settle(errorOf(operation));
  if (decision.reason === 'deadline-over') {
    client.discard(response);
    throw operation.settle(limitError(operation, 'deadline'));
  }
  const settled = client.settled ? client.settled(response) : response;
  operation.settle(settled, () => client.snapshot?.(response));
  const error = client.errorOf?.(response);
  if (error !== undefined) throw operation.settle(error);
  return response;
}

/** The client's own error, untouched. Without any, time ran out before the first attempt. */
function errorOf(operation: Operation): unknown {
  return operation.failure ? operation.failure.error : limitError(operation, 'deadline');
}
