import type { Decision } from '@twicesafe/core';
import { abortReason } from '@twicesafe/core/adapter';
import { discardResponse, drainCopy, lookAtResponse } from '@twicesafe/evidence';
import type { KyAttempt } from './ky-attempt.ts';
import type { KyAttempts, KyCallOptions } from './ky-attempts.ts';
import { isForbidden } from './options.ts';

/** ky's timeout also covers the look at a body, which must end first. */
const TIMEOUT_SHARE = 0.9;

/**
 * A response with a successful status whose body asks for another attempt. ky's loop repeats it as a failure of fetch.
 */
class BodyRetryError extends Error {
  override readonly name = 'BodyRetryError';
  readonly response: Response;

  constructor(response: Response, subject: string) {
    super(`The body of the response asks for another attempt: ${subject}`);
    this.response = response;
  }
}

/** Retries that the body of a response asks for, although ky takes its status for a success. */
export class BodyRetries {
  readonly #attempts: KyAttempts;
  readonly #options: KyCallOptions;
  #kept: Response | undefined;
  #decided: Decision | undefined;

  constructor(attempts: KyAttempts, options: KyCallOptions) {
    this.#attempts = attempts;
    this.#options = options;
  }

  /** Whether a retry was decided before ky asked. */
  takeDecision(): boolean {
    const decided = this.#decided;
    this.#decided = undefined;
    return decided?.action === 'retry';
  }

  /**
   * Looks into the body of a response, if a rule or a protocol judges it.
   *
   * @throws {BodyRetryError} If a retry follows a status that ky accepts.
   * @throws The reason of the caller's signal, if it was aborted meanwhile.
   */
  async read(attempt: KyAttempt, response: Response, timeout: number | false | undefined): Promise<void> {
    const { operation, signal } = this.#attempts;
    const { outcome } = attempt;
    if (!operation?.mayJudge || !outcome) return;
    const look = (maxBytes: number, over: AbortSignal) => lookAtResponse(response, maxBytes, over);
    const found = await operation.readBody(
      outcome,
      look,
      signal,
      (timeout || Number.POSITIVE_INFINITY) * TIMEOUT_SHARE,
    );
    // ky would return a response whose body is cut off.
    if (signal?.aborted) {
      discardResponse(response);
      throw abortReason(signal);
    }
    if (!found || this.#attempts.pending !== attempt) return;
    attempt.examined(found);
    // ky asks about an error by itself.
    if (!response.ok || found.type === 'failure' || !found.answer) return;
    const vetoed = isForbidden(this.#options.retry, attempt.method, found);
    this.#decided = this.#attempts.judge(undefined, { vetoed });
    if (this.#decided?.action !== 'retry') return;
    drainCopy(response);
    if (this.#kept) discardResponse(this.#kept);
    this.#kept = response;
    throw new BodyRetryError(response, found.answer.subject);
  }

  /** The response in hand, which outranks a failure that isn't retried. */
  insteadOf(error: unknown, attempt: KyAttempt): Response | undefined {
    if (!this.#kept || this.#attempts.pending !== attempt) return undefined;
    this.#decided = this.#attempts.judge(error);
    const { action, reason } = this.#decided ?? {};
    return action === 'retry' || reason === 'aborted' || reason === 'deadline-over' ? undefined : this.#kept;
  }
}
