import { pageOf } from '../decision/page-of.ts';
import { redactUrl } from '../effect/redact.ts';

/** What a request is named by in our errors. */
interface RequestName {
  readonly method: string;
  readonly url: string;
}

/**
 * A time limit of twicesafe ended an attempt or an operation. Its `name` is `TimeoutError`, like that of
 * `AbortSignal.timeout`.
 *
 * - `TWICESAFE_ATTEMPT_TIMEOUT`: one attempt took longer than `attemptTimeoutMs`.
 * - `TWICESAFE_DEADLINE`: the operation took longer than `deadlineMs`.
 */
export class TimeLimitError extends Error {
  override readonly name = 'TimeoutError';
  readonly code: 'TWICESAFE_ATTEMPT_TIMEOUT' | 'TWICESAFE_DEADLINE';
  readonly method: string;
  /** Without userinfo, query values and fragment. */
  readonly url: string;
  readonly limitMs: number;
  /** Which limit it was. */
  readonly limit: 'attempt-timeout' | 'deadline';
  readonly #operation: object;

  constructor(limit: 'attempt-timeout' | 'deadline', request: RequestName, limitMs: number, operation: object) {
    const [what, option] =
      limit === 'deadline' ? ['took', 'deadlineMs'] : ['had an attempt that took', 'attemptTimeoutMs'];
    const { method, url } = request;
    const shown = redactUrl(url);
    const code = limit === 'deadline' ? 'TWICESAFE_DEADLINE' : 'TWICESAFE_ATTEMPT_TIMEOUT';
    super(`${method} ${shown} ${what} longer than ${option}: ${limitMs} ms. See ${pageOf(code)}`);
    this.code = code;
    this.method = method;
    this.url = shown;
    this.limitMs = limitMs;
    this.limit = limit;
    this.#operation = operation;
  }

  /** Whether this error ended that operation, and not one that the caller's fetch ran inside. @internal */
  endedBy(operation: object): boolean {
    return this.#operation === operation;
  }
}

/**
 * A function in the options threw, or returned something that is not allowed, before anything was sent. The `cause` is
 * what it threw. If it fails later, the caller gets the outcome at hand, and the report has the error
 * (`callbackError`).
 */
export class CallbackError extends Error {
  override readonly name = 'CallbackError';
  readonly code = 'TWICESAFE_CALLBACK_FAILED';
  readonly method: string;
  /** Without userinfo, query values and fragment. */
  readonly url: string;

  constructor(what: string, { method, url }: RequestName, cause: unknown) {
    const shown = redactUrl(url);
    super(`${what} failed, so ${method} ${shown} was not sent. See ${pageOf('TWICESAFE_CALLBACK_FAILED')}`, { cause });
    this.method = method;
    this.url = shown;
  }
}
