import type { Scheme } from '../scheme.ts';
import type { OutboxStore, TakenIntent } from '../stores/store.ts';
import { Alarm } from './alarm.ts';
import { BoundedSignal } from './bounded-signal.ts';
import { HeldLease } from './hold-lease.ts';
import { DEFAULTS, type StartOptions } from './options.ts';
import { runIntent, type Send, senderOf } from './run-intent.ts';
import { endOf, settledOf } from './settle.ts';

const STORE_TRIES = 5;
const STORE_WAIT_MS = 200;

/** The part of a store that a worker needs. */
export type WorkStore = Pick<OutboxStore<never, never>, 'take' | 'renew' | 'settle'>;

/** Takes, sends and settles intents until it is stopped. */
export class Worker {
  readonly #store: WorkStore;
  readonly #name: string;
  readonly #options: StartOptions;
  readonly #send: Send;
  readonly #alarm = new Alarm();
  readonly #cut = new AbortController();
  readonly #runs = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #isStopping = false;
  #stoppedAt: Promise<void> | undefined;

  constructor(store: WorkStore, name: string, options: StartOptions, scheme: Scheme) {
    this.#store = store;
    this.#name = name;
    this.#options = options;
    this.#send = senderOf(options, scheme);
    this.#loop = this.#work();
  }

  /** Stops taking intents, waits for requests in flight, and aborts the remaining ones after `graceMs` milliseconds. */
  stop(graceMs: number = DEFAULTS.graceMs): Promise<void> {
    this.#stoppedAt ??= this.#stop(graceMs);
    return this.#stoppedAt;
  }

  async #stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#alarm.ring();
    const timer = setTimeout(() => this.#cut.abort(new Error('the outbox stops')), graceMs);
    await this.#loop;
    await Promise.all(this.#runs);
    clearTimeout(timer);
  }

  async #work(): Promise<void> {
    const { concurrency = DEFAULTS.concurrency, pollMs = DEFAULTS.pollMs } = this.#options;
    while (!this.#isStopping) {
      const isFull = this.#runs.size >= concurrency;
      const taken = isFull ? undefined : await this.#take();
      if (!taken) {
        if (!this.#isStopping && this.#runs.size >= (isFull ? concurrency : 0)) await this.#alarm.wait(pollMs);
        continue;
      }
      const run = this.#run(taken)
        .catch((error: unknown) => this.#fail(error))
        .finally(() => {
          this.#runs.delete(run);
          this.#alarm.ring();
        });
      this.#runs.add(run);
    }
  }

  async #take(): Promise<TakenIntent | undefined> {
    const { leaseMs = DEFAULTS.leaseMs } = this.#options;
    try {
      return await this.#store.take(this.#name, crypto.randomUUID(), leaseMs);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  async #run(taken: TakenIntent): Promise<void> {
    const { leaseMs = DEFAULTS.leaseMs, maxWaitMs = DEFAULTS.maxWaitMs, onSettled } = this.#options;
    using lease = new HeldLease(this.#store, taken, leaseMs);
    using either = new BoundedSignal([lease.signal, this.#cut.signal]);
    const verdict = await runIntent(taken, this.#send, this.#options, either.signal);
    const end = endOf(verdict, taken, maxWaitMs);
    for (let tries = 1; ; tries += 1) {
      try {
        if (!(await this.#store.settle(taken, end))) return; // another worker owns the intent and will settle it
        break;
      } catch (error) {
        this.#fail(error);
        if (tries === STORE_TRIES) return; // the lease will end, and a later run will get the server's replay
        await new Promise((resolve) => setTimeout(resolve, STORE_WAIT_MS * tries));
      }
    }
    try {
      onSettled?.(settledOf(verdict, taken, end));
    } catch {
      // An error in a listener must not stop the outbox.
    }
  }

  #fail(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // An error in a listener must not stop the outbox.
    }
  }
}
