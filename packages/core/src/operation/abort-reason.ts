import type { FailureOutcome } from '../decision/outcome.ts';

/**
 * What a caller who aborted is answered with: its own reason. The signals of React Native and of the abort-controller
 * package have none, and then it is the client's own error, or an AbortError as fetch throws it.
 *
 * @param failure - The failure of the last attempt, if there is one.
 * @example
 * if (signal.aborted) throw abortReason(signal);
 */
export function abortReason(signal: AbortSignal, failure?: Pick<FailureOutcome, 'kind' | 'error'>): unknown {
  if (signal.reason !== undefined) return signal.reason;
  if (failure?.kind === 'caller-abort') return failure.error;
  // React Native has no DOMException.
  return Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });
}
