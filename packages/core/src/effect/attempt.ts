import type { Decision } from '../decision/decision.ts';
import type { Outcome } from '../decision/outcome.ts';
import type { Delivery } from './delivery.ts';

/** One send, and what followed from it. */
export interface Attempt {
  /** Counted from 1, the first included. */
  readonly number: number;
  /** Milliseconds from the start of the operation to the start of this attempt. */
  readonly startMs: number;
  /** Milliseconds from the start of this attempt to its outcome. */
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly delivery: Delivery;
  readonly decision: Decision;
}
