import type { StopReason } from '../decision/reason.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { DEFAULTS } from '../options/defaults.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isCounted, isCountedRepeat } from './outer-count.ts';
import type { EndedOperation } from './outer-retries.ts';
import type { Policy } from './policy.ts';

/** Reasons after which a loop above has nothing to retry. */
const CERTAIN: ReadonlySet<string> = new Set<StopReason>([
  'succeeded',
  'final-status',
  'accepted',
  'aborted',
  'programmer-error',
]);

/** A loop above this client, such as an SDK's own retries, as one operation sees it. */
export class OuterLoop {
  readonly #policy: Policy;
  readonly #traits: RequestTraits;
  #body: unknown;
  #fingerprint: string | undefined;
  readonly #repeats: EndedOperation | undefined;

  /** @param body - The request body, if it can be compared: text or bytes. */
  constructor(policy: Policy, traits: RequestTraits, body: unknown) {
    this.#policy = policy;
    this.#traits = traits;
    this.#body = body;
    const { outerRetries, settings, clock } = policy;
    if (outerRetries.isEmpty) return;
    this.#fingerprint = fingerprintOf(traits, body);
    const ended = this.#fingerprint === undefined ? undefined : outerRetries.find(this.#fingerprint, clock.now());
    if (ended && (settings.outerRetries === 'judge' || isCountedRepeat(traits))) this.#repeats = ended;
  }

  /** The ended operation that this one repeats. */
  get repeats(): EndedOperation | undefined {
    return this.#repeats;
  }

  /**
   * The ended operation to answer with, if nothing must be sent: because a duplicate could do harm, or because a loop that was
   * recognized by `'judge'` has used the attempts of the operation and {@link DEFAULTS.outerAttempts} more.
   */
  refusal(repeatable: boolean, maxAttempts: number, nowMs: number): EndedOperation | undefined {
    const repeats = this.#repeats;
    if (!repeats || (repeats.doubtful && !repeatable)) return repeats;
    const exhausted =
      this.#policy.settings.outerRetries === 'judge' &&
      repeats.attempts >= maxAttempts + DEFAULTS.outerAttempts &&
      nowMs - repeats.endedMs <= DEFAULTS.outerBurstMs;
    return exhausted ? repeats : undefined;
  }

  /** Whether something above repeats this request, so that retries here would multiply. */
  get isRepeating(): boolean {
    return this.#repeats !== undefined || isCountedRepeat(this.#traits);
  }

  /**
   * The operation ends for this reason. Returns whether that must be recorded: only an end without success is, and where only
   * counted repeats are recognized, only one of a counted request.
   */
  endsWith(reason: string): boolean {
    const certain = CERTAIN.has(reason);
    const { outerRetries, settings } = this.#policy;
    const isRecorded = !certain && (settings.outerRetries === 'judge' || isCounted(this.#traits));
    if (isRecorded || (certain && this.#repeats)) this.#fingerprint ??= fingerprintOf(this.#traits, this.#body);
    // A response must not keep the body in memory that it is the answer to.
    this.#body = undefined;
    if (certain && this.#repeats && this.#fingerprint !== undefined) outerRetries.forget(this.#fingerprint);
    return isRecorded && this.#fingerprint !== undefined;
  }

  /**
   * Remembers the end, so that a repeat of the operation is recognized. If nothing was sent, a certain end stays as old as it is,
   * so that a caller who asks again and again is sent once in a while.
   */
  record(ended: EndedOperation): void {
    const repeats = this.#repeats;
    if (this.#fingerprint === undefined || (repeats && !repeats.doubtful && ended.attempts === 0)) return;
    const attempts = ended.attempts + (repeats?.attempts ?? 0);
    this.#policy.outerRetries.remember(this.#fingerprint, { ...ended, attempts });
  }
}
