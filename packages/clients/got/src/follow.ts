import { errorMonitor } from 'node:events';
import type { Request, RequestError, RequestPromise } from 'got';
import { confirmCall } from './confirm-call.ts';
import type { GotCall } from './got-call.ts';
import { GotCopies } from './got-copies.ts';

type CancelablePromise = RequestPromise<unknown> & { cancel?: () => void };

/** Ends the operation with got's promise. */
export async function followPromise(call: GotCall, promise: CancelablePromise): Promise<unknown> {
  // got 14 hands `cancel` on without its promise.
  if (promise.cancel) promise.cancel = promise.cancel.bind(promise);
  promise.on('request', call.sent);
  promise.on('redirect', call.redirected);
  promise.on('response', call.answered);
  try {
    const value = await withinDeadline(call, promise);
    call.succeed();
    const aborted = await confirmCall(call);
    if (aborted) throw aborted.reason;
    return call.settle(value);
  } catch (error) {
    call.fail(error);
    const aborted = await confirmCall(call);
    throw call.settle(aborted ? aborted.reason : error, error as RequestError);
  } finally {
    GotCopies.of(call.operation)?.end();
  }
}

/** Rejects when the deadline is over, whatever hook of the caller's got is waiting for. */
function withinDeadline(call: GotCall, promise: Promise<unknown>): Promise<unknown> {
  const { clock, settings } = call.operation;
  const { deadlineMs } = settings;
  if (deadlineMs === undefined) return promise;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(deadlineMs, () => reject(call.expire()), true);
    promise.finally(cancel).then(resolve, reject);
  });
}

/**
 * Ends the operation with got's stream, or with the last one of those that the caller's `retry` listener makes. Its
 * body is part of the operation, because got retries a truncated stream.
 */
export function followStream(call: GotCall, first: Request): Request {
  const { clock, settings } = call.operation;
  const { deadlineMs } = settings;
  let current = first;
  const cancel =
    deadlineMs === undefined ? undefined : clock.after(deadlineMs, () => void current.destroy(call.expire()), true);

  // got 16 does not listen for an abort while a stream waits for its retry.
  const { signal } = call;
  const abort = (): void => void current.destroy(signal?.reason);
  signal?.addEventListener('abort', abort);

  const end = (settled: unknown, error?: RequestError): void => {
    cancel?.();
    signal?.removeEventListener('abort', abort);
    GotCopies.of(call.operation)?.end();
    call.settle(settled, error);
  };
  const follow = (stream: Request): Request => {
    current = stream;
    stream.on('request', call.sent);
    stream.on('redirect', call.redirected);
    stream.on('response', call.answered);
    // A listener for `error` itself would hide unhandled errors.
    stream.once(errorMonitor, (error: RequestError) => {
      if (call.over) return;
      call.fail(error);
      end(error, error);
    });
    stream.once('end', () => {
      call.succeed();
      end(stream);
    });
    // Without an end the caller destroyed it. An attempt that is followed by another is destroyed, too.
    stream.once('close', () => {
      if (call.over || stream !== current) return;
      call.fail(undefined, true);
      end(stream);
    });
    // Only the caller's listener is given the next stream.
    const emit = stream.emit;
    stream.emit = (event: string | symbol, ...details: unknown[]): boolean => {
      if (event === 'retry') {
        const create = details[2] as (updated: unknown) => Request;
        details[2] = (updated: unknown) => follow(create(updated));
      }
      return Reflect.apply(emit, stream, [event, ...details]);
    };
    return stream;
  };
  return follow(first);
}
