import { Capacity } from './capacity.ts';

/** The part of a clock that a storm needs. Tests use a virtual clock, and the benchmark uses the machine's clock. */
export interface StormClock {
  now(): number;
  after(ms: number, callback: () => void): () => void;
}

/** The plan of a storm. Operations start at a steady rate, and most of the capacity is missing for a while. */
export interface StormPlan {
  readonly operationsPerSecond: number;
  /** Capacity outside and during the outage, in requests per second. */
  readonly fairCapacity: number;
  readonly poorCapacity: number;
  readonly calmMs: number;
  readonly outageMs: number;
  readonly afterMs: number;
}

export const STORM: StormPlan = {
  operationsPerSecond: 500,
  fairCapacity: 600,
  poorCapacity: 120,
  calmMs: 1000,
  outageMs: 5000,
  afterMs: 3000,
};

/** The result of a storm. */
export interface StormResult {
  /** Requests per operation during the outage. */
  readonly requestsPerOperation: number;
  /** Requests served during the outage. */
  readonly served: number;
  /** Operations that started during the outage and succeeded at any time. */
  readonly recovered: number;
  /** Requests per operation from one second after the capacity returned. */
  readonly requestsPerOperationAfter: number;
  /** Failed operations that started at least one second after the capacity returned. */
  readonly failedAfter: number;
}

/**
 * A running storm. The server's side decides whether to serve a request, and the client's side sends the operations.
 */
export class Storm {
  readonly #plan: StormPlan;
  readonly #clock: StormClock;
  readonly #startMs: number;
  readonly #capacity: Capacity;
  readonly #requestsAtMs: number[] = [];
  #served = 0;

  constructor(plan: StormPlan, clock: StormClock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#capacity = new Capacity(plan.fairCapacity, this.#startMs);
  }

  /** The server's side. Returns the response status for a request that has arrived. */
  answer(): 200 | 503 {
    const nowMs = this.#clock.now();
    this.#requestsAtMs.push(nowMs - this.#startMs);
    if (!this.#capacity.takes(nowMs)) return 503;
    if (this.#inOutage(nowMs - this.#startMs)) this.#served += 1;
    return 200;
  }

  /**
   * The client's side. Starts one operation after the other, and waits for the last. `send` resolves to whether it
   * succeeded.
   */
  async rage(send: () => Promise<boolean>): Promise<StormResult> {
    const { operationsPerSecond, fairCapacity, poorCapacity, calmMs, outageMs, afterMs } = this.#plan;
    this.#clock.after(calmMs, () => this.#capacity.change(poorCapacity));
    this.#clock.after(calmMs + outageMs, () => this.#capacity.change(fairCapacity));
    const operations: Promise<{ atMs: number; well: boolean }>[] = [];
    const count = ((calmMs + outageMs + afterMs) / 1000) * operationsPerSecond;
    while (operations.length < count) {
      const dueMs = (operations.length / operationsPerSecond) * 1000;
      await this.#until(dueMs);
      operations.push(send().then((well) => ({ atMs: dueMs, well })));
    }
    return this.#result(await Promise.all(operations));
  }

  #until(dueMs: number): Promise<void> | undefined {
    const waitMs = dueMs - (this.#clock.now() - this.#startMs);
    if (waitMs <= 0) return undefined;
    return new Promise((resolve) => {
      this.#clock.after(waitMs, resolve);
    });
  }

  #result(operations: readonly { readonly atMs: number; readonly well: boolean }[]): StormResult {
    const { calmMs, outageMs, afterMs, operationsPerSecond } = this.#plan;
    const begun = operations.filter(({ atMs }) => this.#inOutage(atMs));
    const calmAgainMs = calmMs + outageMs + 1000;
    const endMs = calmMs + outageMs + afterMs;
    const late = operations.filter(({ atMs }) => atMs >= calmAgainMs);
    const lateRequests = this.#requestsAtMs.filter((atMs) => atMs >= calmAgainMs && atMs < endMs);
    return {
      requestsPerOperation:
        this.#requestsAtMs.filter((atMs) => this.#inOutage(atMs)).length / ((outageMs / 1000) * operationsPerSecond),
      served: this.#served,
      recovered: begun.filter(({ well }) => well).length,
      requestsPerOperationAfter: lateRequests.length / late.length,
      failedAfter: late.filter(({ well }) => !well).length,
    };
  }

  #inOutage(atMs: number): boolean {
    const { calmMs, outageMs } = this.#plan;
    return atMs >= calmMs && atMs < calmMs + outageMs;
  }
}
