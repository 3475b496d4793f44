import { Capacity } from './capacity.ts';

/** As much of a clock as a storm needs: a virtual one in tests, the machine's in the benchmark. */
export interface StormClock {
  now(): number;
  after(ms: number, callback: () => void): () => void;
}

/** The weather: operations begin at a steady pace, whatever becomes of them, and for a while most of the capacity is gone. */
export interface StormPlan {
  readonly operationsPerSecond: number;
  /** Capacity in fair weather and in the outage, in requests a second. */
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

/** What a storm came to. */
export interface StormResult {
  /** Requests for each operation, in the outage. */
  readonly requestsPerOperation: number;
  /** Requests served in the outage. */
  readonly served: number;
  /** Operations that began in the outage and ended well, whenever that was. */
  readonly recovered: number;
  /** Requests for each operation from one second after the capacity returned. */
  readonly requestsPerOperationAfter: number;
  /** Operations that began from one second after the capacity returned, and failed. */
  readonly failedAfter: number;
}

/** A storm in the making: the server's side says whether it serves a request, the client's side sends the operations. */
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

  /** The server's side: a request has arrived. Tells the status of its answer. */
  answer(): 200 | 503 {
    const nowMs = this.#clock.now();
    this.#requestsAtMs.push(nowMs - this.#startMs);
    if (!this.#capacity.takes(nowMs)) return 503;
    if (this.#inOutage(nowMs - this.#startMs)) this.#served += 1;
    return 200;
  }

  /** The client's side: sends one operation after the other, and waits for the last. `send` tells whether it ended well. */
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
