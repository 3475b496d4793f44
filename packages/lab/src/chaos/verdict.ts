import type { Told } from './client.ts';
import type { Entry } from './ledger.ts';
import type { ChaosOperation } from './operations.ts';

/** One operation with what its client told, how long that took, and what the origin knows. */
export interface Ending {
  readonly operation: ChaosOperation;
  readonly told: Told;
  readonly tookMs: number;
  readonly entry: Entry | undefined;
}

/** What a client came to, in operations where nothing else is said. */
export interface Tally {
  operations: number;
  /** Told success, and it took effect once (a repeat of an idempotent method has the effect of one). */
  done: number;
  /** Told failure, and it did not take effect. */
  lost: number;
  /** Took effect twice: POST and PATCH alone, for nothing else is the worse for it. */
  twice: number;
  failedThoughApplied: number;
  succeededThoughNot: number;
  /** Of the failures, those that were never told. */
  hung: number;
  requestsPerOperation: number;
  /** Requests before the time over that the origin had asked for. */
  early: number;
  medianMs: number;
  /** The time in which 99 of 100 operations were over. */
  p99Ms: number;
  /** How often the report's effect was right, undecided, wrong; undefined for clients that say nothing. */
  effect: { right: number; undecided: number; wrong: number } | undefined;
}

/** Holds what the client told against what the origin knows. */
export function tallyOf(endings: readonly Ending[]): Tally {
  const times = endings.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const count = (holds: (ending: Ending) => boolean): number => endings.filter(holds).length;
  const requests = endings.reduce((sum, { entry }) => sum + (entry?.requestsAtMs.length ?? 0), 0);
  const effects = endings.filter(({ told }) => told.effect !== undefined);
  const undecided = effects.filter(({ told }) => told.effect === 'maybe-applied').length;
  const wrong = effects.filter(isWrong).length;
  return {
    operations: endings.length,
    done: count((ending) => ending.told.success && tookEffect(ending) && !isTwice(ending)),
    lost: count((ending) => !ending.told.success && !tookEffect(ending)),
    twice: count(isTwice),
    failedThoughApplied: count((ending) => !ending.told.success && tookEffect(ending) && !isTwice(ending)),
    succeededThoughNot: count((ending) => ending.told.success && !tookEffect(ending)),
    hung: count(({ told }) => told.hung === true),
    requestsPerOperation: requests / endings.length,
    early: endings.reduce((sum, { entry }) => sum + (entry?.early ?? 0), 0),
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
    effect: effects.length > 0 ? { right: effects.length - undecided - wrong, undecided, wrong } : undefined,
  };
}

/** A read is done when it was told well: it has no effect. */
function tookEffect({ operation, told, entry }: Ending): boolean {
  return operation.method === 'GET' ? told.success : (entry?.applied ?? 0) > 0;
}

function isTwice({ operation: { method }, entry }: Ending): boolean {
  return (method === 'POST' || method === 'PATCH') && (entry?.applied ?? 0) > 1;
}

function isWrong({ told, entry }: Ending): boolean {
  const applied = (entry?.applied ?? 0) > 0;
  return (told.effect === 'applied' && !applied) || (told.effect === 'not-applied' && applied);
}
