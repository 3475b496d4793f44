import { DEFAULTS } from '../model/defaults.ts';

/** A pause that an origin asked for. Monotonic times in milliseconds. */
interface Pause {
  readonly endMs: number;
  /** How far beyond its end those who wait spread. */
  readonly spreadMs: number;
}

/**
 * Origins that asked for a pause: until it is over, nothing else need be sent there. Whoever waits comes back at a time of
 * its own shortly after, as whoever was told to. The number of origins is bounded.
 */
export class OriginGate {
  readonly #pauses = new Map<string, Pause>();
  #lastEndMs = Number.NEGATIVE_INFINITY;

  /** Whether no origin wants a pause. `nowMs` is a monotonic time, here and below. */
  isOpen(nowMs: number): boolean {
    if (nowMs < this.#lastEndMs) return false;
    if (this.#pauses.size > 0) this.#pauses.clear();
    return true;
  }

  /** The origin wants a pause. A longer one that it asked for before stays in force. */
  close(origin: string, pushbackMs: number, nowMs: number): void {
    const endMs = nowMs + pushbackMs;
    if (endMs <= (this.#pauses.get(origin)?.endMs ?? nowMs)) return;
    if (this.#pauses.size >= DEFAULTS.maxOrigins) this.#forgetOne(nowMs);
    this.#pauses.set(origin, { endMs, spreadMs: pushbackMs * DEFAULTS.pushbackJitter });
    this.#lastEndMs = Math.max(this.#lastEndMs, endMs);
  }

  /** How long to wait before something is sent to the origin: 0 if it wants no pause. `chance` is a random number in [0, 1). */
  waitMs(origin: string, chance: number, nowMs: number): number {
    const pause = this.#pauses.get(origin);
    return pause && nowMs < pause.endMs ? pause.endMs - nowMs + pause.spreadMs * chance : 0;
  }

  /** The pause that ends first; those that are over, if there are any. */
  #forgetOne(nowMs: number): void {
    let next: [origin: string, endMs: number] | undefined;
    for (const [origin, { endMs }] of this.#pauses) {
      if (endMs <= nowMs) this.#pauses.delete(origin);
      else if (!next || endMs < next[1]) next = [origin, endMs];
    }
    if (next && this.#pauses.size >= DEFAULTS.maxOrigins) this.#pauses.delete(next[0]);
  }
}
