import { DEFAULTS } from '../options/defaults.ts';

/** An operation that ended without success, which a loop above this client may repeat as a new call. */
export interface EndedOperation {
  /** Monotonic milliseconds. */
  readonly endedMs: number;
  /** Its attempts, and those of the operations that it repeated. */
  readonly attempts: number;
  /** Whether it may have been processed. */
  readonly doubtful: boolean;
  /** The key that it sent, if any. An outer retry must send the same. */
  readonly key: string | undefined;
  /** Returns a copy of the response, or throws the error again. */
  readonly outcome: () => unknown;
}

/**
 * Operations that ended without success lately, by what identifies their requests. Recognizes the retries of an SDK after
 * twicesafe stopped. The number of entries is bounded.
 */
export class OuterRetries {
  readonly #ended = new Map<string, EndedOperation>();

  /** Whether there is anything to recognize. */
  get isEmpty(): boolean {
    return this.#ended.size === 0;
  }

  /** The operation that a request repeats, if it ended at most a minute ago. `nowMs` is a monotonic time. */
  find(fingerprint: string, nowMs: number): EndedOperation | undefined {
    const ended = this.#ended.get(fingerprint);
    return ended && nowMs - ended.endedMs <= DEFAULTS.outerRetryMs ? ended : undefined;
  }

  /** Remembers an operation that ended without success. */
  remember(fingerprint: string, ended: EndedOperation): void {
    this.#ended.delete(fingerprint);
    for (const [oldest, { endedMs }] of this.#ended) {
      const isOver = ended.endedMs - endedMs > DEFAULTS.outerRetryMs;
      if (!isOver && this.#ended.size < DEFAULTS.maxOrigins) break;
      this.#ended.delete(oldest);
    }
    this.#ended.set(fingerprint, ended);
  }

  /** The request has since been answered with certainty, so the next one is a new operation. */
  forget(fingerprint: string): void {
    this.#ended.delete(fingerprint);
  }
}
