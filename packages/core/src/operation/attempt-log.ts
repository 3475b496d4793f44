import type { FailureOutcome } from '../decision/outcome.ts';
import type { Attempt } from '../effect/attempt.ts';

const NONE: readonly Attempt[] = /* @__PURE__ */ Object.freeze([]);

/** The attempts of one operation, and what follows from all of them together. */
export class AttemptLog {
  #attempts: readonly Attempt[] = NONE;

  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  get count(): number {
    return this.#attempts.length;
  }

  add(attempt: Attempt): void {
    // V8 makes room for seventeen at the first `push`, and nearly every operation has one attempt. `concat` takes
    // longer.
    this.#attempts = this.count === 0 ? [attempt] : [...this.#attempts, attempt];
  }

  /** Whether an attempt may have been processed. */
  get doubtful(): boolean {
    return this.#attempts.some(({ delivery }) => delivery === 'unknown' || delivery === 'answered');
  }

  /** Whether an attempt was answered 421 (Misdirected Request). */
  get misdirected(): boolean {
    return this.#attempts.some(({ outcome }) => outcome.type === 'response' && outcome.status === 421);
  }

  /** Whether an attempt was followed by another one with a new credential. */
  get renewed(): boolean {
    return this.#attempts.some(({ decision }) => decision.reason === 'reauthorized');
  }

  /** The wait that the last attempt was followed by, in milliseconds. */
  get lastWaitMs(): number {
    const decision = this.#attempts.at(-1)?.decision;
    return decision?.action === 'retry' ? decision.waitMs : 0;
  }

  /**
   * The failure to report. Prefers the last failure that might have been processed over a later one that certainly
   * wasn't.
   */
  get failure(): FailureOutcome | undefined {
    const failures = this.#attempts.map(({ outcome }) => outcome).filter((outcome) => outcome.type === 'failure');
    return failures.findLast(({ delivery }) => delivery === 'unknown') ?? failures.at(-1);
  }
}
