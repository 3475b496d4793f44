import type { RetryReason, StopReason } from './reason.ts';

/** Send the request again, after `waitMs`. */
interface RetryDecision {
  readonly action: 'retry';
  readonly reason: RetryReason;
  /** Milliseconds until the next attempt. Never shorter than the server's pushback. */
  readonly waitMs: number;
}

/** Hand over what there is. */
export interface StopDecision {
  readonly action: 'stop';
  readonly reason: StopReason;
}

/** What follows an attempt, and because of what. */
export type Decision = RetryDecision | StopDecision;
