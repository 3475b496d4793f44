import type { QueuedTimer, TimerQueue } from './timer-queue.ts';

// The machine's own, whatever replaces them later.
const { setTimeout, clearTimeout } = globalThis;

/** What a timer does, and when. */
export interface TimeoutPlan {
  readonly callback: () => void;
  readonly delayMs: number;
  readonly repeats: boolean;
}

/** Node turns every other delay into 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * What the replaced `setTimeout` and `setInterval` return: a stand-in for Node's `Timeout`. If it is still pending when
 * virtual time ends, it goes on in real time, because a library may keep one timer for the life of the process.
 */
export class VirtualTimeout implements QueuedTimer, Disposable {
  atMs = 0;
  readonly #queue: TimerQueue;
  readonly #plan: TimeoutPlan;
  readonly #delayMs: number;
  #real: ReturnType<typeof setTimeout> | undefined;
  #referenced = true;

  constructor(queue: TimerQueue, plan: TimeoutPlan) {
    this.#queue = queue;
    this.#plan = plan;
    this.#delayMs = plan.delayMs >= 1 && plan.delayMs <= LONGEST_MS ? plan.delayMs : 1;
    this.refresh();
  }

  ref(): this {
    this.#referenced = true;
    this.#real?.ref();
    return this;
  }

  unref(): this {
    this.#referenced = false;
    this.#real?.unref();
    return this;
  }

  hasRef(): boolean {
    return this.#referenced;
  }

  /** Starts the timer again from now. */
  refresh(): this {
    if (this.#queue.isOver) this.leave(this.#delayMs);
    else {
      clearTimeout(this.#real);
      this.atMs = this.#queue.nowMs + this.#delayMs;
      this.#queue.add(this);
    }
    return this;
  }

  close(): this {
    this.#queue.remove(this);
    clearTimeout(this.#real);
    return this;
  }

  fire(): void {
    if (this.#plan.repeats) this.refresh();
    this.#plan.callback();
  }

  leave(leftMs: number): void {
    clearTimeout(this.#real);
    this.#real = setTimeout(() => this.fire(), leftMs);
    if (!this.#referenced) this.#real.unref();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
