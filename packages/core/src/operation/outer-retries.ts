import { DEFAULTS } from '../options/defaults.ts';

/** An operation that ended without success, which a loop above this client may repeat as a new call. */
export interface EndedOperation {
  /** Identifies its request. */
  readonly fingerprint: string;
  /** When it began, or the first one of those that it repeated. Monotonic milliseconds, here and below. */
  readonly firstMs: number;
  readonly endedMs: number;
  /** Its attempts, and those of the operations that it repeated. */
  readonly attempts: number;
  /** Whether it may have been processed. */
  readonly doubtful: boolean;
  /** The key that was generated for it, if any. An outer retry must send the same. */
  readonly key: string | undefined;
  /** Returns a copy of the response, or throws the error again. */
  readonly outcome: () => unknown;
}

/**
 * Operations that ended without success lately, by what identifies their requests. Recognizes the retries of an SDK
 * after twicesafe stopped. The number of entries is bounded.
 */
export class OuterRetries {
  readonly #ended = new Set<EndedOperation>();

  /** Whether there is anything to recognize. */
  get isEmpty(): boolean {
    return this.#ended.size === 0;
  }

  /**
   * Takes the operation that a request repeats, if it ended at most a minute ago; of several, the latest. While one
   * call repeats it, another one with the same request is an operation of its own, because it may be a second order.
   *
   * @param nowMs - A monotonic time.
   */
  take(fingerprint: string, nowMs: number): EndedOperation | undefined {
    let found: EndedOperation | undefined;
    for (const ended of this.#ended)
      if (ended.fingerprint === fingerprint && nowMs - ended.endedMs <= DEFAULTS.outerRetryMs) found = ended;
    if (found) this.#ended.delete(found);
    return found;
  }

  /** Remembers an operation that ended without success. */
  remember(ended: EndedOperation): void {
    for (const oldest of this.#ended) {
      const isOver = ended.endedMs - oldest.endedMs > DEFAULTS.outerRetryMs;
      if (!isOver && this.#ended.size < DEFAULTS.maxOrigins) break;
      this.#ended.delete(oldest);
    }
    this.#ended.add(ended);
  }
}
