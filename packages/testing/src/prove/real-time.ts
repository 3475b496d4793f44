import { type RunTime, settled } from './run-time.ts';
import { TestingError } from './testing-error.ts';

// Read before a test replaces them.
const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

/** Longer than any run: the interval only keeps the process alive. */
const HOLD_MS = 2 ** 30;

/**
 * The machine's own time. It keeps the process alive, because `AbortSignal.timeout` does not.
 *
 * @throws TestingError `timers-are-fake` if a test has replaced the global timers.
 */
export function realTime(): RunTime {
  refuseFakeTimers();
  const hold = setInterval(() => {}, HOLD_MS);
  return {
    settle: async (run, limitMs) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const limit = new Promise<'hung'>((resolve) => {
        timer = setTimeout(() => resolve('hung'), limitMs);
      });
      try {
        return await Promise.race([settled(run), limit]);
      } finally {
        clearTimeout(timer);
      }
    },
    pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    [Symbol.dispose]: () => clearInterval(hold),
  };
}

/** @throws TestingError `timers-are-fake` if a test has replaced the global timers. */
export function refuseFakeTimers(): void {
  // The mark of @sinonjs/fake-timers, which vitest and jest use.
  if (!('clock' in globalThis.setTimeout)) return;
  throw new TestingError(
    'timers-are-fake',
    'the global timers are fake, so no time limit of the client would pass: restore them, for example by vi.useRealTimers()',
  );
}
