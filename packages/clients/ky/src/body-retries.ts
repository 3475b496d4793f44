import type { Decision } from '@twicesafe/core';
import { abortReason, type Outcome, type ResponseOutcome } from '@twicesafe/core/adapter';
import { type DrainedCopy, discardResponse, drainCopy, lookAtResponse } from '@twicesafe/evidence';
import { decide } from './decide.ts';
import type { KyAttempt } from './ky-attempt.ts';
import type { KyAttempts, KyCallOptions } from './ky-attempts.ts';

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
  #kept: { readonly response: Response; readonly copy: DrainedCopy } | undefined;
  #decided: Decision | undefined;

  constructor(attempts: KyAttempts, options: KyCallOptions) {
    this.#attempts = attempts;
    this.#options = options;
  }

  /** The response in hand, whose body asks for a retry. */
  get kept(): Response | undefined {
    return this.#kept?.response;
  }

  /** Whether a retry was decided before ky asked. */
  takeDecision(): boolean {
    const decided = this.#decided;
    this.#decided = undefined;
    return decided?.action === 'retry';
  }

  /**
   * Looks into the body of a response that a rule or a protocol may judge.
   *
   * @throws {BodyRetryError} If a retry follows a status that ky accepts.
   * @throws The reason of the caller's signal, if it was aborted meanwhile.
   */
  async read(attempt: KyAttempt, response: Response): Promise<void> {
    const { signal } = this.#attempts;
    // A newer response outranks the one before it.
    this.#kept?.copy.cancel();
    discardResponse(this.#kept?.response);
    this.#kept = undefined;
    const found = await attempt.operation.readBody(
      attempt.outcome as Outcome,
      (maxBytes, over) => lookAtResponse(response, maxBytes, over),
      signal,
      attempt.timeoutMs * TIMEOUT_SHARE,
    );
    // ky would return a response whose body is cut off.
    if (signal?.aborted) {
      discardResponse(response);
      throw abortReason(signal);
    }
    if (!found) return;
    attempt.examined(found);
    const { answer } = found as ResponseOutcome;
    // ky asks about an error by itself.
    if (!response.ok || !answer) return;
    const error = new BodyRetryError(response, answer.subject);
    if ((await this.#decide(attempt, error))?.action !== 'retry') return;
    this.#kept = { response, copy: drainCopy(response) };
    throw error;
  }

  /** The response in hand, which outranks a failure that isn't retried. */
  async insteadOf(error: unknown, attempt: KyAttempt): Promise<Response | undefined> {
    // ky asks about its own time limit by itself.
    if (!this.#kept || attempt.isAborted) return undefined;
    const { action, reason } = (await this.#decide(attempt, error as Error)) ?? {};
    return action === 'retry' || reason === 'aborted' ? undefined : this.#kept.response;
  }

  async #decide(attempt: KyAttempt, error: Error): Promise<Decision | undefined> {
    const retryCount = attempt.operation.nextAttempt;
    this.#decided = await decide(this.#attempts, this.#options, attempt, { error, retryCount });
    return this.#decided;
  }
}
