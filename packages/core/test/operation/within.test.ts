import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { within } from '../../src/operation/within.ts';

test('work without a time limit has no timer', async () => {
  const clock = new VirtualClock();

  const pending = await within({ clock, remainingMs: undefined, signal: undefined }, async () => clock.pending);

  expect(pending).toBe(0);
});

test('work for a caller who gave up before ends immediately, and its signal is aborted', async () => {
  const clock = new VirtualClock();
  let aborted = false;
  const work = (signal: AbortSignal) => {
    aborted = signal.aborted;
    return new Promise(() => {});
  };

  expect(await clock.run(within({ clock, remainingMs: 100, signal: AbortSignal.abort() }, work))).toBeUndefined();
  expect([aborted, clock.now()]).toEqual([true, 0]);
});
