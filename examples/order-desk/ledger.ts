import type { Operation } from './plan.ts';

/** What really happened at the server. Clients never see it. */
export class Ledger {
  readonly #applied = new Map<number, number>();
  readonly #keys = new Set<string>();

  /** Applies an operation. A PUT or a DELETE counts once however often it arrives, and a known key changes nothing. */
  apply(id: number, method: string, key: string | undefined): void {
    if (key !== undefined) {
      if (this.#keys.has(key)) return;
      this.#keys.add(key);
    }
    const additive = method === 'POST' || method === 'PATCH';
    this.#applied.set(id, additive ? this.times(id) + 1 : 1);
  }

  /** How often an operation took effect. */
  times(id: number): number {
    return this.#applied.get(id) ?? 0;
  }

  has({ id }: Operation): boolean {
    return this.times(id) > 0;
  }
}
