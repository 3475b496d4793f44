import type { OutboxStore, RunEnd, TakenIntent } from '../stores/store.ts';
import type { Ended, Settled, Verdict } from './settled.ts';

const FIRST_WAIT_MS = 1_000;

/**
 * Returns the data to store for a verdict. The wait before the next run doubles each time, minus a random part of up to
 * half.
 */
export function endOf(verdict: Verdict, { runs, inDoubt }: TakenIntent, maxWaitMs: number): RunEnd {
  const { state, note } = verdict;
  if (state !== 'due') return { state, note, waitMs: 0, inDoubt: inDoubt || state === 'unknown' };
  const backoffMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(runs - 1, 30), maxWaitMs) * (0.5 + Math.random() / 2);
  return { state, note, waitMs: Math.max(backoffMs, verdict.pushbackMs), inDoubt: verdict.inDoubt };
}

/** Returns how a run ended, in the form that callers get. */
export function endedOf(verdict: Verdict, { key, runs, firstSentAt }: TakenIntent, { waitMs }: RunEnd): Ended {
  const start = { key, runs, note: verdict.note };
  if (verdict.state === 'due') return { ...start, state: 'due', inMs: waitMs };
  if (verdict.state === 'unknown') return { ...start, state: 'unknown', why: verdict.why, firstSentAt };
  return { ...start, state: verdict.state, status: verdict.status };
}

/** Returns the event that an outbox's listeners get for a verdict. */
export function settledOf(verdict: Verdict, taken: TakenIntent, end: RunEnd): Settled {
  return { id: taken.id, name: taken.name, ...endedOf(verdict, taken, end) };
}

/** The part of a store that a run needs. */
export type LeaseStore = Pick<OutboxStore<never, never>, 'renew' | 'settle'>;
