import type { Replacements } from './replacements.ts';
import type { TimerQueue } from './timer-queue.ts';
import { VirtualTimeout } from './virtual-timeout.ts';

/** The members of Node's `Timeout` that say what it is. */
interface Timeout {
  readonly _onTimeout?: () => void;
  refresh(): this;
}

/** undici's own (lib/util/timers.js). */
const TICK_MS = 499;

/**
 * Replaces `refresh` for the one timer by which undici counts the seconds of all its limits. It may be older than
 * virtual time, and would go on in real time. Then `headersTimeout` would take five real minutes, depending on what the
 * process did before.
 */
export function replaceTicks(queue: TimerQueue, replacements: Replacements): void {
  const sample = setTimeout(() => {}, 0);
  clearTimeout(sample);
  const prototype: Timeout = Object.getPrototypeOf(sample);
  const ticks = new WeakMap<Timeout, VirtualTimeout>();
  replacements.replace(prototype, 'refresh', (original) => {
    return function refresh(this: Timeout) {
      const callback = this._onTimeout;
      if (callback?.name !== 'onTick') return original.call(this);
      const tick =
        ticks.get(this)?.refresh() ?? new VirtualTimeout(queue, { callback, delayMs: TICK_MS, repeats: false });
      ticks.set(this, tick.unref());
      return this;
    };
  });
}
