import type { Fault } from '../faults/fault.ts';

/** How much earlier than the clock timers may fire, in milliseconds. */
const TOLERANCE_MS = 5;

/** The pause that a 429 or 503 asks for, and whether the client keeps it. */
export class AskedPause {
  readonly #durationMs: number;
  #endMs = 0;
  #isBroken = false;

  constructor({ answer }: Fault, retryAfterSeconds: number) {
    this.#durationMs = answer === 429 || answer === 503 ? retryAfterSeconds * 1000 : 0;
  }

  /** Whether a request came before the pause was over. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The server asks for the pause now. */
  begin(): void {
    this.#endMs = performance.now() + this.#durationMs;
  }

  /** A request comes. */
  arrive(): void {
    if (performance.now() < this.#endMs - TOLERANCE_MS) this.#isBroken = true;
  }
}
