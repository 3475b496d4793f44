import type { StopReason } from '../decision/reason.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isCounted, isCountedRepeat } from './outer-count.ts';
import type { EndedOperation } from './outer-retries.ts';
import type { Policy } from './policy.ts';

/** Ends that leave nothing for a loop above to repeat. */
const CERTAIN: ReadonlySet<string> = new Set<StopReason>([
  'succeeded',
  'final-status',
  'accepted',
  'aborted',
  'programmer-error',
]);

/** How an operation ended. */
interface OperationEnd {
  readonly reason: string;
  /** Monotonic milliseconds. */
  readonly endMs: number;
  readonly key: string | undefined;
  /** Whether it may have been processed. */
  isDoubtful(): boolean;
}

/** A loop above this client, such as an SDK's own retries, as one operation sees it. */
export class OuterLoop {
  readonly #policy: Policy;
  readonly #traits: RequestTraits;
  readonly #body: unknown;
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

  /** Whether something above repeats this request, so that retries here would multiply. */
  get isRepeating(): boolean {
    return this.#repeats !== undefined || isCountedRepeat(this.#traits);
  }

  /**
   * Remembers an end without success, so that a repeat of it is recognized. Where only counted repeats are, nothing else needs
   * to be remembered.
   *
   * @param snapshot - Makes what gives the outcome again. Without it, `settled` is thrown.
   */
  record({ reason, endMs, key, isDoubtful }: OperationEnd, settled: unknown, snapshot?: () => () => unknown): void {
    const { outerRetries, settings } = this.#policy;
    const certain = CERTAIN.has(reason);
    if (certain ? !this.#repeats : settings.outerRetries !== 'judge' && !isCounted(this.#traits)) return;
    this.#fingerprint ??= fingerprintOf(this.#traits, this.#body);
    if (this.#fingerprint === undefined) return;
    if (certain) {
      outerRetries.forget(this.#fingerprint);
      return;
    }
    const outcome = snapshot?.() ?? (() => Promise.reject(settled));
    outerRetries.remember(this.#fingerprint, { endedMs: endMs, doubtful: isDoubtful(), key, outcome });
  }
}
