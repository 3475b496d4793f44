import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { openOperation } from '../../src/operation/open-operation.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

/** A loop above that calls again after every failure. Returns how often each call was sent. */
async function sends(calls: number, everyMs: number, options: RetryOptions, retry?: RequestRetryOptions) {
  const clock = new VirtualClock();
  const policy = policyWith({ skipWaits: true, ...options }, clock);
  const counts: number[] = [];
  for (let call = 0; call < calls; call++) {
    const client = new ScriptedClient(clock, Array(9).fill({ status: 503 }), new AbortController().signal);
    const operation = openOperation(policy, request('GET'), retry);
    await clock.run(runOperation(operation, client).catch(() => {}));
    counts.push(client.sentAtMs.length);
    await clock.run(new Promise<void>((resolve) => clock.after(everyMs, resolve)));
  }
  return counts;
}

test('a loop that calls again within seconds gets two more attempts, and then the last outcome', async () => {
  expect(await sends(6, 1000, { outerRetries: 'judge' })).toEqual([3, 1, 1, 0, 0, 0]);
});

test('the bound follows maxAttempts of the call', async () => {
  expect(await sends(5, 1000, { outerRetries: 'judge' }, { maxAttempts: 1 })).toEqual([1, 1, 1, 0, 0]);
});

test('a caller that polls more slowly is always sent', async () => {
  expect(await sends(6, 11_000, { outerRetries: 'judge' })).toEqual([3, 1, 1, 1, 1, 1]);
});

test('a caller that goes on asking in quick succession is sent once in ten seconds', async () => {
  const counts = await sends(30, 2000, { outerRetries: 'judge' });

  expect(counts.slice(3).filter((count) => count > 0)).toEqual([1, 1, 1, 1]);
});

test('after a minute, a call is a new operation', async () => {
  expect(await sends(2, 61_000, { outerRetries: 'judge' })).toEqual([3, 3]);
});

test('without the option nothing is held back', async () => {
  expect(await sends(3, 1000, {})).toEqual([3, 3, 3]);
});
