/** A lease that is renewed until it is stopped or lost. */
export interface Lease {
  /** Aborted when the lease is lost. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** Why {@link Lease.signal} was aborted. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly code = 'lease-lost';

  constructor() {
    super('The lease on the idempotency key is lost: another request may own the key now');
  }
}

/**
 * Renews a lease three times as often as it would run out. It is lost when the store says so, or when the store could
 * not be reached for as long as the lease lasts.
 *
 * @param extend - Renews the lease. False: it is lost.
 */
export function keepLease(leaseMs: number, extend: () => Promise<boolean>, onLost: () => void): Lease {
  const controller = new AbortController();
  let renewedAt = performance.now();
  let isRenewing = false;
  let isOver = false;

  const stop = (): void => {
    isOver = true;
    clearInterval(timer);
  };
  const lose = (): void => {
    if (isOver) return;
    stop();
    controller.abort(new LeaseLost());
    onLost();
  };
  const loseIfDue = (): void => {
    if (performance.now() - renewedAt >= leaseMs) lose();
  };
  const renew = async (): Promise<void> => {
    const startedAt = performance.now();
    isRenewing = true;
    try {
      if (await extend()) renewedAt = startedAt;
      else lose();
    } catch {
      loseIfDue();
    }
    isRenewing = false;
  };
  // After a stalled event loop the store is asked before the lease is given up, because the lease may still be free.
  const timer = setInterval(() => (isRenewing ? loseIfDue() : void renew()), leaseMs / 3);

  return { signal: controller.signal, stop };
}
