import type { FailureKind } from '@twicesafe/core';
import { failureKindOf } from '@twicesafe/evidence';

/** An error of axios, as far as it is looked at. */
export interface AxiosErrorLike {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly request?: unknown;
  readonly response?: unknown;
}

// axios' own codes for what it would refuse again.
const KINDS: ReadonlyMap<unknown, FailureKind> = new Map([
  ['ERR_BAD_REQUEST', 'programmer-error'], // an unknown protocol, a body that is none or longer than maxBodyLength
  ['ERR_BAD_OPTION', 'programmer-error'],
  ['ERR_BAD_OPTION_VALUE', 'programmer-error'],
  ['ERR_INVALID_URL', 'programmer-error'],
  ['ERR_NOT_SUPPORT', 'programmer-error'],
  ['ERR_FORM_DATA_DEPTH_EXCEEDED', 'programmer-error'],
  ['ERR_FR_TOO_MANY_REDIRECTS', 'permanent'], // follow-redirects: maxRedirects
  ['ERR_FR_REDIRECTION_FAILURE', 'permanent'], // follow-redirects: an invalid location, or beforeRedirect threw
  ['ERR_FR_MAX_BODY_LENGTH_EXCEEDED', 'permanent'], // follow-redirects: maxBodyLength, while a stream was sent
]);

/**
 * Why an attempt failed, by what axios says of it.
 *
 * @param answered - Whether the head of a response had come.
 */
export function kindOf(error: unknown, answered: boolean): FailureKind {
  if (typeof error !== 'object' || error === null) return failureKindOf(error);
  const { code, message, cause, response } = error as AxiosErrorLike;
  const syscall = (cause as { syscall?: unknown } | undefined)?.syscall;
  // Node's own ETIMEDOUT names the system call that failed.
  if ((code === 'ECONNABORTED' || code === 'ETIMEDOUT') && syscall === undefined) return 'attempt-timeout';
  // maxContentLength: the next response would be as long.
  if (code === 'ERR_BAD_RESPONSE' && String(message).startsWith('maxContentLength size')) return 'permanent';
  const kind = KINDS.get(code);
  if (kind) return kind;
  // A response whose body did not come to its end.
  return answered || response ? 'truncated-body' : failureKindOf(error);
}

/** Whether axios' own adapter refused a request before it made one. */
export function isRefusedByAxios({ code, request }: AxiosErrorLike): boolean {
  return !request && KINDS.get(code) === 'programmer-error';
}
