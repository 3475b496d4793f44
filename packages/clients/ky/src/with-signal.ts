import { anySignal } from '@twicesafe/evidence';

/**
 * A request that obeys the caller's signal. ky sends copies, and Node may free what connects the signal of a copy with
 * that of its original.
 */
export function withSignal(request: Request, signal: AbortSignal | undefined): Request {
  if (!signal || !(request instanceof Request)) return request;
  // Any member resets these two.
  const { referrer, referrerPolicy } = request;
  try {
    return new Request(request, { signal: anySignal([signal, request.signal]), referrer, referrerPolicy });
  } catch {
    // fetch says what is wrong with it.
    return request;
  }
}
