import type { RetryReason, StopReason } from './reason.ts';

/** Send the request again, after `waitMs`. */
export interface RetryDecision {
  readonly action: 'retry';
  readonly reason: RetryReason;
  /** Milliseconds until the next attempt. Never shorter than the server's pushback. */
  readonly waitMs: number;
  /** How long the server asked to wait, in milliseconds, in this response or for its whole origin. */
  readonly askedMs?: number;
  /** What the request is, if a protocol read it: GraphQL query `Orders`. */
  readonly subject?: string;
}

/** Return the current outcome. */
export interface StopDecision {
  readonly action: 'stop';
  readonly reason: StopReason;
  /** How long the server asked to wait, in milliseconds, if the operation stopped because a wait would be too long. */
  readonly askedMs?: number;
  /** What the request is, if a protocol read it: GraphQL mutation `Pay`. */
  readonly subject?: string;
}

/** What follows an attempt, and because of what. */
export type Decision = RetryDecision | StopDecision;
