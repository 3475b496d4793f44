import type { Acquired, Claim, IdempotencyStore } from '@twicesafe/server';

interface Row {
  fence: string;
  readonly fingerprint: string;
  attempt: number;
  leaseEnds: number;
  expires: number;
  outcome?: string;
}

/** A store that lives outside the workspace. Each method is one step, because none waits for anything. */
export class MapStore implements IdempotencyStore {
  readonly #rows: Map<string, Row> = new Map();

  async acquire(key: string, { fence, fingerprint, leaseMs, keepMs, takeOver }: Claim): Promise<Acquired> {
    const now = Date.now();
    const row = this.#row(key);
    if (!row) {
      this.#rows.set(key, { fence, fingerprint, attempt: 1, leaseEnds: now + leaseMs, expires: now + keepMs });
      return { state: 'acquired', attempt: 1 };
    }
    if (row.outcome !== undefined) return { state: 'completed', fingerprint: row.fingerprint, outcome: row.outcome };
    if (row.fence === fence) return { state: 'acquired', attempt: row.attempt };
    if (takeOver && row.leaseEnds <= now && row.fingerprint === fingerprint) {
      Object.assign(row, { fence, attempt: row.attempt + 1, leaseEnds: now + leaseMs, expires: now + keepMs });
      return { state: 'acquired', attempt: row.attempt };
    }
    const { attempt, leaseEnds } = row;
    return { state: 'in-flight', fingerprint: row.fingerprint, attempt, leaseLeftMs: leaseEnds - now };
  }

  async extend(key: string, fence: string, leaseMs: number): Promise<boolean> {
    const row = this.#owned(key, fence);
    if (!row) return false;
    row.leaseEnds = Date.now() + leaseMs;
    row.expires = Math.max(row.expires, row.leaseEnds);
    return true;
  }

  async complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean> {
    const row = this.#owned(key, fence);
    if (!row) return false;
    row.outcome = outcome;
    row.expires = Date.now() + keepMs;
    return true;
  }

  async release(key: string, fence: string): Promise<boolean> {
    return this.#owned(key, fence) !== undefined && this.#rows.delete(key);
  }

  #row(key: string): Row | undefined {
    const row = this.#rows.get(key);
    if (!row || row.expires > Date.now()) return row;
    this.#rows.delete(key);
    return undefined;
  }

  #owned(key: string, fence: string): Row | undefined {
    const row = this.#row(key);
    return row?.fence === fence && row.outcome === undefined ? row : undefined;
  }
}
