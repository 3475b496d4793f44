import type { Look } from '../decision/body-judge.ts';
import type { Decision } from '../decision/decision.ts';
import type { FailureOutcome, Outcome } from '../decision/outcome.ts';
import { abortReason } from './abort-reason.ts';
import type { Client } from './client.ts';
import { TimeLimitError } from './errors.ts';
import type { AttemptEnd } from './judgement.ts';
import type { Operation } from './operation.ts';
import { limitError, type TimeLimit, timeLimitOf } from './time-limit.ts';

/** An attempt that was sent and judged. Without a response it failed, and the operation knows the error. */
export interface AttemptResult<Response> {
  readonly response: Response | undefined;
  readonly decision: Decision;
}

/** Thrown in place of an attempt that the caller gave up just before it was sent. Its cause is the caller's reason. */
class UnsentError extends Error {}

/** Sends one attempt and has its outcome judged. Never rejects for anything that the client did. */
export async function sendAttempt<Response>(
  operation: Operation,
  client: Client<Response>,
): Promise<AttemptResult<Response>> {
  let response: Response;
  try {
    response = await beginAttempt(operation, client);
  } catch (error) {
    return attemptFailed(operation, client, error);
  }
  return attemptAnswered(operation, client, response);
}

/**
 * Sends one attempt, within its time limit if it has one.
 *
 * @throws The client's error, even if it throws synchronously, or the reason of the caller's signal.
 */
export function beginAttempt<Response>(operation: Operation, client: Client<Response>): Promise<Response> {
  operation.begin();
  // A listener for events gave up.
  if (client.signal?.aborted) throw new UnsentError('', { cause: abortReason(client.signal) });
  const limit = timeLimitOf(operation);
  const signal = client.mayIgnoreAbort ? client.signal : undefined;
  return limit || signal ? sendWithin(limit, operation, client, signal) : client.send(false);
}

/** The attempt brought a response, which may need a further look. */
export function attemptAnswered<Response>(
  operation: Operation,
  client: Client<Response>,
  response: Response,
): AttemptResult<Response> | Promise<AttemptResult<Response>> {
  const outcome = client.outcome(response);
  const examined = operation.mayExamine ? examine(operation, client, response, outcome) : undefined;
  if (!examined) return { response, decision: judge(operation, client, outcome) };
  return judgeLater(operation, client, response, examined);
}

async function judgeLater<Response>(
  operation: Operation,
  client: Client<Response>,
  response: Response,
  examined: Promise<Outcome>,
): Promise<AttemptResult<Response>> {
  const outcome = await examined;
  return { response, decision: judge(operation, client, outcome) };
}

/** Waits for a new credential after a 401, or for the body where one is judged. */
function examine<Response>(
  operation: Operation,
  client: Client<Response>,
  response: Response,
  outcome: Outcome,
): Promise<Outcome> | undefined {
  const look: Look = async (maxBytes, signal) => client.look?.(response, maxBytes, signal);
  return operation.examine(outcome, endOf(client), client.signal) ?? operation.readBody(outcome, look, client.signal);
}

/** The attempt brought an error. */
export function attemptFailed<Response>(
  operation: Operation,
  client: Client<Response>,
  error: unknown,
): AttemptResult<Response> {
  const failure = error instanceof UnsentError ? unsent(error.cause) : client.failure(error);
  const limit = error instanceof TimeLimitError && error.endedBy(operation) ? error.limit : undefined;
  return { response: undefined, decision: judge(operation, client, limit ? { ...failure, kind: limit } : failure) };
}

function unsent(error: unknown): FailureOutcome {
  return { type: 'failure', kind: 'caller-abort', delivery: 'never-sent', error };
}

function judge<Response>(operation: Operation, client: Client<Response>, outcome: Outcome): Decision {
  return operation.judge(outcome, endOf(client));
}

function endOf<Response>({ signal, bodyUsed, keyRemoved = false }: Client<Response>): AttemptEnd {
  return { aborted: signal?.aborted ?? false, bodyUsed, keyRemoved };
}

/**
 * Sends, and rejects when the time of the attempt is over, whether or not the client obeys `cut`.
 *
 * @param signal - The caller's, if what sends may ignore it.
 * @example
 * const response = await sendWithin(timeLimitOf(operation), operation, client, signal);
 */
export function sendWithin<Response>(
  limit: TimeLimit | undefined,
  operation: Operation,
  client: Pick<Client<Response>, 'send' | 'cut' | 'discard'>,
  signal?: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let over = false;
    // A mock may return its response without a promise.
    const sent = Promise.resolve(client.send(Boolean(limit)));
    const end = (error: unknown): void => {
      over = true;
      done();
      reject(error);
    };
    const onAbort = (): void => end(abortReason(signal as AbortSignal));
    const timeUp = (): void => {
      const error = limitError(operation, (limit as TimeLimit).kind);
      // First, so that a client whose `cut` throws is answered too.
      end(error);
      client.cut?.(error);
    };
    const cancel = limit && operation.clock.after(limit.ms, timeUp, limit.shared);
    signal?.addEventListener('abort', onAbort);
    const done = (): void => {
      cancel?.();
      signal?.removeEventListener('abort', onAbort);
    };
    // While it was sent, nobody listened yet.
    if (signal?.aborted) onAbort();
    sent.then(
      (response) => {
        done();
        // A client that does not obey may still bring a response, and its body is discarded.
        if (over) client.discard(response);
        else resolve(response);
      },
      (error) => {
        done();
        reject(error);
      },
    );
  });
}
