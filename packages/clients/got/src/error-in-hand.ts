import { TimeLimitError } from '@twicesafe/core';
import type { Operation, Outcome } from '@twicesafe/core/adapter';
import type { RequestError } from 'got';

/** got's errors for the attempts so far. The caller gets the one that matters. */
export class ErrorInHand {
  /** For the last response that came, if the caller may get it. */
  #answered: RequestError | undefined;
  /** For the last attempt, if it ended without a response. */
  #failed: unknown;

  /** @param handedOver - Whether got sent the request. A hook's own error is for the caller. */
  see({ type }: Outcome, error: RequestError | undefined, handedOver: boolean): void {
    if (type === 'response') this.#answered = error?.name === 'HTTPError' ? error : undefined;
    this.#failed = type === 'failure' && handedOver ? error : undefined;
  }

  /** The error of the last attempt that ended with one. */
  get latest(): unknown {
    return this.#failed ?? this.#answered;
  }

  /**
   * A response outranks a later failure without one, and a failure that may have been processed one that certainly
   * wasn't.
   */
  pick(error: RequestError, { failure }: Operation): RequestError {
    return error === this.#failed ? (this.#answered ?? (failure?.error as RequestError)) : error;
  }
}

/** got has no other name for an error that it did not make. */
export function nameLimit(error: unknown): void {
  if (error instanceof Error && error.cause instanceof TimeLimitError) error.name = error.cause.name;
}
