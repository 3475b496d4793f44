import type { StopReason } from '../decision/reason.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { DEFAULTS } from '../options/defaults.ts';
import { fingerprintOf, keyOfCaller } from './fingerprint.ts';
import { isCounted, isCountedRepeat } from './outer-count.ts';
import type { EndedOperation } from './outer-retries.ts';
import type { Policy } from './policy.ts';

/** Reasons after which a loop above has nothing to retry. */
const CERTAIN: ReadonlySet<string> = new Set<StopReason>(['succeeded', 'final-status', 'accepted']);

/** Reasons after which a loop above has nothing to retry, unless something may have been processed before. */
const GIVEN_UP: ReadonlySet<string> = new Set<StopReason>(['aborted', 'programmer-error']);

/** Why an operation must not be sent, and what answers it. */
export interface Refusal {
  readonly reason: StopReason;
  /** See {@link EndedOperation.outcome}. */
  readonly outcome: () => unknown;
}

/** A loop above this client, such as an SDK's own retries, as one operation sees it. */
export class OuterLoop {
  readonly #policy: Policy;
  readonly #traits: RequestTraits;
  readonly #explicit: string | undefined;
  #body: unknown;
  #fingerprint: string | undefined;
  #key: string | undefined;
  readonly #repeats: EndedOperation | undefined;
  #isGivenUp = false;

  /**
   * @param body - The request body, if it can be compared (see `contentOf`).
   * @param explicit - The key in the options.
   */
  constructor(policy: Policy, traits: RequestTraits, body: unknown, explicit: string | undefined) {
    this.#policy = policy;
    this.#traits = traits;
    this.#body = body;
    this.#explicit = explicit;
    const { outerRetries, clock } = policy;
    const isKnown = !outerRetries.isEmpty && isRepeat(policy, traits);
    // The caller may change an object before the operation ends.
    if (isKnown || (typeof body === 'object' && this.#isRecorded)) this.#identify();
    if (isKnown && this.#fingerprint !== undefined) this.#repeats = outerRetries.take(this.#fingerprint, clock.now());
  }

  /** The ended operation that this one repeats. */
  get repeats(): EndedOperation | undefined {
    return this.#repeats;
  }

  /**
   * Why the operation must not be sent, with the outcome of the one that it repeats. Set if a duplicate could do harm,
   * or if a loop that was recognized by `'judge'` has used the attempts of the operation and
   * {@link DEFAULTS.outerAttempts} more.
   */
  refusal(repeatable: boolean, maxAttempts: number, nowMs: number): Refusal | undefined {
    const repeats = this.#repeats;
    if (!repeats) return undefined;
    const { doubtful, outcome } = repeats;
    if (doubtful && !repeatable) return { reason: 'outer-retry-refused', outcome };
    const exhausted =
      this.#policy.settings.outerRetries === 'judge' &&
      repeats.attempts >= maxAttempts + DEFAULTS.outerAttempts &&
      nowMs - repeats.endedMs <= DEFAULTS.outerBurstMs;
    return exhausted ? { reason: 'attempts-exhausted', outcome } : undefined;
  }

  /** Whether something above repeats this request, so that retries here would multiply. */
  get isRepeating(): boolean {
    return this.#repeats !== undefined || isCountedRepeat(this.#traits);
  }

  /**
   * The operation ends for this reason. Returns whether that may have to be recorded: only an end without success is.
   */
  endsWith(reason: string): boolean {
    const isRecorded = !CERTAIN.has(reason) && this.#isRecorded;
    this.#isGivenUp = GIVEN_UP.has(reason);
    if (isRecorded) this.#identify();
    // A response must not keep the body in memory that it is the answer to.
    this.#body = undefined;
    return isRecorded && this.#fingerprint !== undefined;
  }

  /**
   * Remembers the end, so that a repeat of the operation is recognized. Without a new attempt, a certain end keeps its
   * age, so that a caller who asks again and again is sent once in a while.
   */
  record(ended: Omit<EndedOperation, 'fingerprint'>): void {
    const { outerRetries } = this.#policy;
    const [fingerprint, repeats] = [this.#fingerprint, this.#repeats];
    if (fingerprint === undefined || (this.#isGivenUp && !ended.doubtful)) return;
    if (repeats && ended.attempts === 0) {
      outerRetries.remember(repeats.doubtful ? { ...repeats, endedMs: ended.endedMs } : repeats);
      return;
    }
    const attempts = ended.attempts + (repeats?.attempts ?? 0);
    const key = this.#key === undefined ? ended.key : undefined;
    const { firstMs } = repeats ?? ended;
    outerRetries.remember({ ...ended, fingerprint, firstMs, attempts, key });
  }

  /** The operation could not be made, so that another call may still repeat the ended one. */
  release(): void {
    if (this.#repeats) this.#policy.outerRetries.remember(this.#repeats);
  }

  /**
   * Whether an end without success is recorded: where only counted repeats are recognized, only one of a counted
   * request.
   */
  get #isRecorded(): boolean {
    return this.#policy.settings.outerRetries === 'judge' || isCounted(this.#traits);
  }

  #identify(): void {
    if (this.#fingerprint !== undefined) return;
    try {
      this.#key = keyOfCaller(this.#traits, this.#policy.settings, this.#explicit);
      this.#fingerprint = fingerprintOf(this.#traits, this.#body, this.#key);
    } catch {
      // The operation evaluates the rule again, and reports what it throws.
    }
  }
}

/** Whether a request may repeat an ended operation, as far as its headers and the policy say. */
export function isRepeat({ settings }: Policy, traits: RequestTraits): boolean {
  return settings.outerRetries === 'judge' || isCountedRepeat(traits);
}
