import type { Told } from './client.ts';
import type { Entry } from './ledger.ts';
import type { ChaosOperation } from './operations.ts';

/** One operation with its client's result, its duration, and the origin's record. */
export interface Ending {
  readonly operation: ChaosOperation;
  readonly told: Told;
  readonly tookMs: number;
  readonly entry: Entry | undefined;
}

/** A client's totals. Counts operations unless a field says otherwise. */
export interface Tally {
  operations: number;
  /** Reported as a success, and took effect once. Several requests with an idempotent method have the effect of one. */
  done: number;
  /** Reported as a failure, and had no effect. */
  lost: number;
  /** Took effect twice. Counts only POST and PATCH, because a second effect is harmless for the other methods. */
  twice: number;
  failedThoughApplied: number;
  succeededThoughNot: number;
  /** Failures without any result. */
  hung: number;
  requestsPerOperation: number;
  /** Requests that arrived earlier than the origin had asked for. */
  early: number;
  medianMs: number;
  /** The 99th percentile of the operations' durations. */
  p99Ms: number;
  /** How often the reported effect was right, undecided or wrong. Undefined for clients without reports. */
  effect: { right: number; undecided: number; wrong: number } | undefined;
}

/** Compares the client's results with the origin's records. */
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

/** Whether an operation took effect. A read has no effect, so its success counts instead. */
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
