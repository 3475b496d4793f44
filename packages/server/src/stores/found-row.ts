import type { OtherRecord } from '../handler/answer-duplicate.ts';

/** A row of a SQL store that is not expired. */
export interface FoundRow {
  readonly fingerprint: string;
  readonly attempt: number;
  readonly outcome: string | null;
  readonly left_ms: number;
}

/** What a row says of its key. */
export function recordIn({ fingerprint, attempt, outcome, left_ms: leaseLeftMs }: FoundRow): OtherRecord {
  if (outcome !== null) return { state: 'completed', fingerprint, outcome };
  return { state: 'in-flight', fingerprint, attempt, leaseLeftMs };
}
