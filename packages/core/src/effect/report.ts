import type { Decision } from '../decision/decision.ts';
import type { Attempt } from './attempt.ts';
import type { Effect, EffectReason } from './effect.ts';

/** What became of an operation, in the order in which it happened. */
export interface Report {
  readonly method: string;
  readonly url: string;
  /** Every attempt, the first included. */
  readonly attempts: readonly Attempt[];
  /** The last decision: why the operation ended as it did. */
  readonly decision: Decision;
  /** Whether the request took effect, as far as it can be known. */
  readonly effect: Effect;
  readonly effectReason: EffectReason;
  /** The key that every attempt carried, where there was one. */
  readonly idempotencyKey: string | undefined;
  /** Milliseconds from the first attempt to the end, waits included. */
  readonly elapsedMs: number;
}
