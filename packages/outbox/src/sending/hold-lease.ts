import type { Lease } from '../stores/store.ts';
import type { LeaseStore } from './settle.ts';

/** Renews a lease until it is disposed. Aborts its signal when another worker owns the intent. */
export class HeldLease implements Disposable {
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(store: LeaseStore, lease: Lease, leaseMs: number) {
    let endsAt = performance.now() + leaseMs;
    const renew = async (): Promise<void> => {
      const askedAt = performance.now();
      const isHeld = await store.renew(lease, leaseMs).catch(() => undefined);
      if (isHeld) endsAt = askedAt + leaseMs;
      // An unavailable store may recover before the lease ends. After that, another worker may have taken the intent.
      if (isHeld === false || performance.now() >= endsAt) this.#lost.abort(new Error('the lease was lost'));
    };
    this.#timer = setInterval(() => void renew(), leaseMs / 3);
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
