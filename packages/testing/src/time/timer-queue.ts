/** A timer in virtual time. */
export interface QueuedTimer {
  /** When it falls due, in milliseconds of the queue's time. */
  atMs: number;
  fire(): void;
  /** Virtual time is over, and so much of the delay is left, in milliseconds. */
  leave(leftMs: number): void;
}

/**
 * Timers in the order in which they fall due, and a time that moves only from one to the next. A process has only one,
 * because a library may keep a timer from one virtual time to the next.
 */
export class TimerQueue {
  readonly #timers: Set<QueuedTimer> = new Set();
  #nowMs = 0;
  #isOver = true;

  /** Milliseconds of all virtual time so far. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Whether real time goes on. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** When the next timer is due, or undefined without a timer. */
  get nextAtMs(): number | undefined {
    return this.#next()?.atMs;
  }

  /**
   * Adds a timer, or moves it to its new time. Timers that fall due together fire in the order in which they were
   * added.
   */
  add(timer: QueuedTimer): void {
    this.#timers.delete(timer);
    this.#timers.add(timer);
  }

  remove(timer: QueuedTimer): void {
    this.#timers.delete(timer);
  }

  /** Moves to the next timer and fires it. */
  fireNext(): void {
    const next = this.#next();
    if (!next) return;
    this.#timers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.fire();
  }

  /** Begins virtual time, for timers that are added from now on. */
  begin(): void {
    this.#isOver = false;
  }

  /** Ends virtual time. Timers that are still pending go their own ways. */
  end(): void {
    this.#isOver = true;
    const left = [...this.#timers];
    this.#timers.clear();
    for (const timer of left) timer.leave(timer.atMs - this.#nowMs);
  }

  #next(): QueuedTimer | undefined {
    let next: QueuedTimer | undefined;
    for (const timer of this.#timers) if (timer.atMs < (next?.atMs ?? Number.POSITIVE_INFINITY)) next = timer;
    return next;
  }
}
