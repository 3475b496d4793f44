import { isFinalAnswer } from './final-answer.ts';
import { isOwnMessage } from './own-message.ts';

/**
 * Why a call failed, as `failureKindOf`, in a browser. Its errors lack codes and causes, and a rejected certificate
 * looks like any other network failure. Takes anything and never throws.
 */
export function browserFailureKindOf(error: unknown): 'network' | 'programmer-error' | 'permanent' {
  if (isFinalAnswer(error)) return 'permanent';
  try {
    return error instanceof TypeError && isOwnMessage(error.message) ? 'programmer-error' : 'network';
  } catch {
    return 'network';
  }
}
