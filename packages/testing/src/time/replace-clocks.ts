import type { Replacements } from './replacements.ts';
import type { TimerQueue } from './timer-queue.ts';

/** Replaces `Date` and `performance.now`: both go on from now, in virtual time. */
export function replaceClocks(queue: TimerQueue, replacements: Replacements): void {
  const startEpochMs = Date.now() - queue.nowMs;
  const startMs = performance.now() - queue.nowMs;
  const epochMs = (): number => startEpochMs + queue.nowMs;
  replacements.replace(performance, 'now', () => () => startMs + queue.nowMs);
  replacements.replace(
    globalThis,
    'Date',
    (Real) =>
      new Proxy(Real, {
        construct: (target, parameters, newTarget) =>
          Reflect.construct(target, parameters.length > 0 ? parameters : [epochMs()], newTarget),
        apply: (target) => new target(epochMs()).toString(),
        get: (target, name, receiver) => (name === 'now' ? epochMs : Reflect.get(target, name, receiver)),
      }),
  );
}
