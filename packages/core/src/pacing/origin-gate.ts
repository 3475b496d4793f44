import { DEFAULTS } from '../options/defaults.ts';

/** What is known of an origin that asked for a pause. Monotonic times in milliseconds. */
interface Pause {
  endMs: number;
  /** How far beyond its end those who wait spread. */
  spreadMs: number;
  /** How much of what the origin answered lately asked for a pause, from 0 to 1. */
  share: number;
  /** When it is as good as an origin that never asked. */
  forgottenMs: number;
}

/** How much one answer weighs in the share: the last twenty count for two thirds of it. */
const WEIGHT = 0.05;
/** An origin that sheds less than this share serves the others: they need not wait. */
const SPORADIC = 0.2;
/** For how many times the pause an origin is watched after it. */
const WATCHED = 10;

/**
 * Origins that asked for a pause: until it is over, nothing else need be sent there. Whoever waits comes back at a time of
 * its own shortly after, as whoever was told to. An origin that goes on asking now and then, while it serves the others, holds
 * nobody else up. The number of origins is bounded.
 */
export class OriginGate {
  readonly #pauses = new Map<string, Pause>();
  #lastMs = Number.NEGATIVE_INFINITY;

  /** Whether no origin is known to have asked for a pause. `nowMs` is a monotonic time, here and below. */
  isQuiet(nowMs: number): boolean {
    if (nowMs < this.#lastMs) return false;
    if (this.#pauses.size > 0) this.#pauses.clear();
    return true;
  }

  /** The origin asked for a pause. A longer one that it asked for before stays in force. */
  close(origin: string, pushbackMs: number, nowMs: number): void {
    const known = this.#pauses.get(origin);
    const share = known && nowMs < known.forgottenMs ? known.share + WEIGHT * (1 - known.share) : SPORADIC;
    if (!known && this.#pauses.size >= DEFAULTS.maxOrigins) this.#forgetOne(nowMs);
    const pause = known ?? { endMs: nowMs, spreadMs: 0, share, forgottenMs: 0 };
    pause.share = share;
    const endMs = nowMs + pushbackMs;
    if (endMs > pause.endMs && (share >= SPORADIC || nowMs < pause.endMs)) {
      pause.endMs = endMs;
      pause.spreadMs = pushbackMs * DEFAULTS.pushbackJitter;
    }
    pause.forgottenMs = Math.max(pause.forgottenMs, endMs + WATCHED * pushbackMs);
    this.#lastMs = Math.max(this.#lastMs, pause.forgottenMs);
    this.#pauses.set(origin, pause);
  }

  /** The origin answered, and asked for nothing. */
  answered(origin: string): void {
    const pause = this.#pauses.get(origin);
    if (pause) pause.share -= WEIGHT * pause.share;
  }

  /** How long to wait before something is sent to the origin: 0 if it wants no pause. `chance` is a random number in [0, 1). */
  waitMs(origin: string, random: number, nowMs: number): number {
    const pause = this.#pauses.get(origin);
    return pause && nowMs < pause.endMs ? pause.endMs - nowMs + pause.spreadMs * random : 0;
  }

  /** The origin that is forgotten first; all that are already, if there are any. */
  #forgetOne(nowMs: number): void {
    let next: [origin: string, forgottenMs: number] | undefined;
    for (const [origin, { forgottenMs }] of this.#pauses) {
      if (forgottenMs <= nowMs) this.#pauses.delete(origin);
      else if (!next || forgottenMs < next[1]) next = [origin, forgottenMs];
    }
    if (next && this.#pauses.size >= DEFAULTS.maxOrigins) this.#pauses.delete(next[0]);
  }
}
