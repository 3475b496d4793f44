import type { Settled } from './claim.ts';

/** The time in which a run takes place. */
export interface RunTime extends Disposable {
  /** Runs the function until it settles, or until `limitMs` are over: then the answer is `hung`. */
  settle(run: () => unknown, limitMs: number): Promise<Settled | 'hung'>;
  /** Lets `delayMs` go by. */
  pause(delayMs: number): Promise<void>;
}

/** Calls the function; what it throws at once is a rejection, too. */
export async function settled(run: () => unknown): Promise<Settled> {
  try {
    return { status: 'fulfilled', value: await run() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}
