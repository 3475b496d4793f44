import { DEFAULTS } from '../options/defaults.ts';

/** The state of an origin that asked for a pause. Monotonic times in milliseconds. */
interface Pause {
  endMs: number;
  /** The length that the origin asked for. The longest wait, even if the clock changes. */
  lengthMs: number;
  /** The share of the origin's recent responses that asked for a pause, from 0 to 1. */
  share: number;
  /** When the origin counts as one that never asked. */
  forgottenMs: number;
}

/** The weight of one response in the share. The last twenty responses have a weight of two thirds. */
const WEIGHT = 0.05;
/** An origin that sheds less than this share serves the other requests, so they need not wait. */
const SHED_THRESHOLD = 0.2;
/** For how many times the length of a pause the origin is watched after it. */
const WATCH_FACTOR = 10;

/**
 * The origins that asked for a pause. Until it ends, retries to that origin wait, and with `originGate: 'all'` first
 * attempts too. They resume at slightly different times after the end. An origin that asks only occasionally, while it
 * serves the others, doesn't close the gate again. The number of origins is bounded.
 */
export class OriginGate {
  readonly #pauses = new Map<string, Pause>();

  /** Whether any origin has asked for a pause lately. */
  get hasPauses(): boolean {
    return this.#pauses.size > 0;
  }

  /**
   * The origin asked for a pause. A longer one that it asked for before stays in force. `nowMs` is a monotonic time,
   * here and below.
   */
  close(origin: string, pushbackMs: number, nowMs: number): void {
    this.#prune(nowMs);
    const known = this.#pauses.get(origin);
    const share = known ? known.share + WEIGHT * (1 - known.share) : SHED_THRESHOLD;
    if (!known && this.#pauses.size >= DEFAULTS.maxOrigins) this.#forgetOne();
    const pause = known ?? { endMs: nowMs, lengthMs: 0, share, forgottenMs: 0 };
    pause.share = share;
    const endMs = nowMs + pushbackMs;
    if (endMs > pause.endMs && (share >= SHED_THRESHOLD || nowMs < pause.endMs)) {
      pause.endMs = endMs;
      pause.lengthMs = pushbackMs;
    }
    pause.forgottenMs = Math.max(pause.forgottenMs, endMs + WATCH_FACTOR * pushbackMs);
    this.#pauses.set(origin, pause);
  }

  /** The origin responded without asking for a pause. */
  answered(origin: string): void {
    const pause = this.#pauses.get(origin);
    if (pause) pause.share -= WEIGHT * pause.share;
  }

  /** How long to wait before a request to the origin, or 0 without a pause. `random` is in [0, 1). */
  waitMs(origin: string, random: number, nowMs: number): number {
    const pause = this.#pauses.get(origin);
    if (!pause || nowMs >= pause.endMs) return 0;
    return Math.min(pause.endMs - nowMs, pause.lengthMs) + pause.lengthMs * DEFAULTS.pushbackJitter * random;
  }

  #prune(nowMs: number): void {
    for (const [origin, { forgottenMs }] of this.#pauses) if (forgottenMs <= nowMs) this.#pauses.delete(origin);
  }

  /** Forgets the origin that would be forgotten first. */
  #forgetOne(): void {
    let next = { origin: '', forgottenMs: Number.POSITIVE_INFINITY };
    for (const [origin, { forgottenMs }] of this.#pauses)
      if (forgottenMs < next.forgottenMs) next = { origin, forgottenMs };
    this.#pauses.delete(next.origin);
  }
}
