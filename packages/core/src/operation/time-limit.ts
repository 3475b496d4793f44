import type { FailureKind } from '../decision/outcome.ts';
import type { Client, ResponseLike } from './client.ts';
import type { Clock } from './clock.ts';
import type { Operation } from './operation.ts';

/** What may end an attempt before its response is there: its own limit, or the deadline of the operation. */
export interface TimeLimit {
  readonly kind: Extract<FailureKind, 'attempt-timeout' | 'deadline'>;
  readonly ms: number;
  /** What the attempt was ended with, once it was. */
  error?: DOMException;
}

/** The nearer of the attempt's own limit and the deadline, if there is any. */
export function timeLimitOf({ settings: { attemptTimeoutMs }, remainingMs }: Operation): TimeLimit | undefined {
  if (remainingMs !== undefined && remainingMs <= (attemptTimeoutMs ?? remainingMs))
    return { kind: 'deadline', ms: remainingMs };
  return attemptTimeoutMs === undefined ? undefined : { kind: 'attempt-timeout', ms: attemptTimeoutMs };
}

/** The error of what took too long: as `AbortSignal.timeout` spells it. */
export function timeoutError(kind: TimeLimit['kind']): DOMException {
  const [what, option] = kind === 'deadline' ? ['operation', 'deadlineMs'] : ['attempt', 'attemptTimeoutMs'];
  return new DOMException(`The ${what} took longer than ${option}`, 'TimeoutError');
}

/** Sends one attempt, and rejects when its time is over, whether or not the client listens to the signal. */
export async function sendWithin<Response extends ResponseLike>(
  limit: TimeLimit,
  client: Client<Response>,
  clock: Clock,
): Promise<Response> {
  const controller = new AbortController();
  let cancel = (): void => {};
  const timeUp = new Promise<never>((_, reject) => {
    cancel = clock.after(limit.ms, () => {
      limit.error = timeoutError(limit.kind);
      reject(limit.error);
      controller.abort(limit.error);
    });
  });
  const sent = (async () => client.send(controller.signal))();
  try {
    return await Promise.race([sent, timeUp]);
  } finally {
    cancel();
    // A client that does not listen may still bring a response, and nobody will read it.
    if (limit.error)
      sent.then(
        (late) => client.discard(late, controller.signal),
        () => {},
      );
  }
}
