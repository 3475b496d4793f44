import { ForksPoolWorker, type PoolOptions, type PoolWorker, type WorkerRequest } from 'vitest/node';

type Listener = (...args: unknown[]) => void;

/** The name of the pool, for the reports of vitest. */
export const KEPT = 'kept';

/** A process that is used again leaks a few listeners each time, so it doesn't live for ever. */
const MOST_RUNS = 100;

let kept: ForksPoolWorker | undefined;
let runs = 0;

/** Whether the process ran tests before, so that what they left behind could disturb the next ones. */
export function isUsed(): boolean {
  return kept !== undefined && runs > 0;
}

/** Ends the kept process. The next run starts with a new one. */
export async function endKept(): Promise<void> {
  const ended = kept;
  kept = undefined;
  await ended?.stop();
}

/**
 * A worker of vitest whose process outlives the run: starting a process takes longer than most tests of a mutant do.
 */
export class KeptWorker implements PoolWorker {
  readonly name: string = KEPT;
  readonly cacheFs = true;
  readonly #options: PoolOptions;
  readonly #listeners: (readonly [string, Listener])[] = [];
  #worker: ForksPoolWorker | undefined;
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (runs >= MOST_RUNS) await endKept();
    if (!kept) {
      const fresh = new ForksPoolWorker(this.#options);
      await fresh.start();
      fresh.on('exit', () => {
        if (kept === fresh) kept = undefined;
      });
      kept = fresh;
      runs = 0;
    }
    this.#worker = kept;
  }

  async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners) this.#worker?.off(event, listener);
    runs += 1;
    // A run that was not stopped in order may still go on.
    if (!this.#stopped) await endKept();
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener]);
    this.#worker?.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.#worker?.off(event, listener);
  }

  send(message: WorkerRequest): void {
    if (message.type !== 'stop') {
      this.#worker?.send(message);
      return;
    }
    this.#stopped = true;
    const stopped = { __vitest_worker_response__: true, type: 'stopped' };
    for (const [event, listener] of this.#listeners) if (event === 'message') setImmediate(listener, stopped);
  }

  deserialize(data: unknown): unknown {
    return data;
  }
}
