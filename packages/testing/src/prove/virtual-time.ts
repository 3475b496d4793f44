import { syncBuiltinESMExports } from 'node:module';
import { nextTurn, Quiet, realLimit } from '../time/quiet.ts';
import { replaceClocks } from '../time/replace-clocks.ts';
import { replaceAbortTimeout, replaceSocketTimeout } from '../time/replace-limits.ts';
import { replaceTicks } from '../time/replace-ticks.ts';
import { replaceTimers } from '../time/replace-timers.ts';
import { Replacements } from '../time/replacements.ts';
import { watchSockets } from '../time/socket-watch.ts';
import { TimerQueue } from '../time/timer-queue.ts';
import type { Settled } from './claim.ts';
import { refuseFakeTimers } from './real-time.ts';
import { type RunTime, settled } from './run-time.ts';
import { TestingError } from './testing-error.ts';

/** How long sockets and timers may be idle in real time before a function counts as HUNG, in milliseconds. */
const IDLE_MS = 1000;

/** How long one run may take in real time, in milliseconds: an interval may never let it end. */
const LONGEST_REAL_MS = 30_000;

/** The timers of this process while its time is virtual. */
const queue = new TimerQueue();

/**
 * A time that advances from timer to timer, only while all sockets are idle. It replaces the timers, the clocks,
 * `AbortSignal.timeout`
 * and the limits of sockets in the whole process until it is disposed.
 *
 * @throws TestingError `timers-are-fake` if a test has replaced the global timers.
 */
export function virtualTime(): RunTime {
  refuseFakeTimers();
  queue.begin();
  const quiet = new Quiet();
  const replacements = new Replacements();
  replaceTicks(queue, replacements);
  replaceTimers(queue, replacements);
  replaceClocks(queue, replacements);
  replaceAbortTimeout(queue, replacements);
  const restart = replaceSocketTimeout(queue, replacements);
  const watch = watchSockets((socket) => {
    quiet.moved();
    restart(socket);
  });
  return {
    settle: async (run, limitMs) => {
      let result: Settled | undefined;
      void settled(run).then((end) => {
        result = end;
      });
      await moveUntil(quiet, () => result !== undefined, queue.nowMs + limitMs);
      return result ?? 'hung';
    },
    pause: async (delayMs) => {
      const endMs = queue.nowMs + delayMs;
      setTimeout(() => {}, delayMs);
      await moveUntil(quiet, () => queue.nowMs >= endMs, endMs);
      await quiet.reached(() => false);
    },
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]();
      replacements[Symbol.dispose]();
      syncBuiltinESMExports();
      queue.end();
    },
  };
}

/** Moves from timer to timer until `isOver`, or until all that could move before `endMs` has moved. */
async function moveUntil(quiet: Quiet, isOver: () => boolean, endMs: number): Promise<void> {
  const isTooLong = realLimit(LONGEST_REAL_MS);
  for (;;) {
    await quiet.reached(isOver);
    if (isOver() || !(await timerIsDue(endMs, isOver))) return;
    if (isTooLong()) throw tooLong(queue.nowMs);
    if (!isOver()) queue.fireNext();
  }
}

/** Whether a timer falls due until `endMs`. Otherwise, work that sockets and timers don't show gets some real time. */
async function timerIsDue(endMs: number, isOver: () => boolean): Promise<boolean> {
  const isIdle = realLimit(IDLE_MS);
  while (queue.nextAtMs === undefined && !isOver() && !isIdle()) await nextTurn();
  return isOver() || (queue.nextAtMs ?? Number.POSITIVE_INFINITY) <= endMs;
}

function tooLong(nowMs: number): TestingError {
  return new TestingError(
    'machine-too-slow',
    `one run took ${LONGEST_REAL_MS} ms of real time, in which virtual time moved to ${nowMs} ms: lower limitMs`,
  );
}
