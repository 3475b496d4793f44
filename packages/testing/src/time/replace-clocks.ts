import type { Replacements } from './replacements.ts';
import type { TimerQueue } from './timer-queue.ts';

const { hrtime } = process;

/**
 * Replaces `Date`, `performance.now` and `process.hrtime`: they go on from now in virtual time. Code that keeps one of
 * the replacements gets real time again when virtual time is over.
 */
export function replaceClocks(queue: TimerQueue, replacements: Replacements): void {
  const passed = passedMs(queue);
  replacements.replace(performance, 'now', (real) => {
    const startMs = performance.now();
    return () => (queue.isOver ? real.call(performance) : startMs + passed());
  });
  replacements.replace(process, 'hrtime', () => virtualHrtime(queue, passed));
  replacements.replace(globalThis, 'Date', (Real) => {
    const startMs = Real.now();
    const epochMs = (): number => (queue.isOver ? Real.now() : startMs + passed());
    return new Proxy(Real, {
      construct: (target, parameters, newTarget) =>
        Reflect.construct(target, parameters.length > 0 ? parameters : [epochMs()], newTarget),
      apply: (target) => new target(epochMs()).toString(),
      get: (target, name, receiver) => (name === 'now' ? epochMs : Reflect.get(target, name, receiver)),
    });
  });
}

/** How much virtual time has passed since this was called. */
function passedMs(queue: TimerQueue): () => number {
  const startMs = queue.nowMs;
  return () => queue.nowMs - startMs;
}

function virtualHrtime(queue: TimerQueue, passed: () => number): NodeJS.HRTime {
  const startNs = hrtime.bigint();
  const nowNs = (): bigint => (queue.isOver ? hrtime.bigint() : startNs + BigInt(Math.round(passed() * 1e6)));
  const virtual = (before?: [number, number]): [number, number] => {
    const ns = nowNs() - (before ? BigInt(before[0]) * 1_000_000_000n + BigInt(before[1]) : 0n);
    return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
  };
  return Object.assign(virtual, { bigint: nowNs });
}
