import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Replacements } from './replacements.ts';
import type { TimerQueue } from './timer-queue.ts';
import { VirtualTimeout } from './virtual-timeout.ts';
import { virtualWait } from './virtual-wait.ts';

type Callback = (...parameters: unknown[]) => void;

/**
 * Replaces the timers of the global object and of Node's modules. `setImmediate` stays real, because sockets need it.
 */
export function replaceTimers(queue: TimerQueue, replacements: Replacements): void {
  for (const place of [globalThis, timers as unknown as typeof globalThis]) {
    replacements.replace(place, 'setTimeout', () => {
      const wait = (delayMs: number, value: unknown) => virtualWait(queue, delayMs, value);
      return Object.assign(starter(queue, false), { [promisify.custom]: wait }) as never;
    });
    replacements.replace(place, 'setInterval', () => starter(queue, true) as never);
    replacements.replace(place, 'clearTimeout', clearer as never);
    replacements.replace(place, 'clearInterval', clearer as never);
  }
  const wait = (delayMs?: number, value?: unknown, options?: object) => virtualWait(queue, delayMs, value, options);
  replacements.replace(promises, 'setTimeout', () => wait as never);
  replacements.replace(
    promises.scheduler,
    'wait',
    () => (delayMs, options) => wait(delayMs, undefined, options) as never,
  );
  // Named imports of these modules change only after a sync.
  syncBuiltinESMExports();
}

function starter(queue: TimerQueue, repeats: boolean): (callback: Callback, delayMs?: number) => VirtualTimeout {
  return (callback, delayMs = 1, ...parameters: unknown[]) => {
    if (typeof callback !== 'function') throw new TypeError('the callback of a timer must be a function');
    return new VirtualTimeout(queue, { callback: () => callback(...parameters), delayMs: Number(delayMs), repeats });
  };
}

/** Timers that are older than virtual time are cleared as ever. */
function clearer(original: (timer: unknown) => void): (timer: unknown) => void {
  return (timer) => {
    if (timer instanceof VirtualTimeout) timer.close();
    else original(timer);
  };
}
