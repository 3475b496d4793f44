import { reportOf, wrapFetch } from '@twicesafe/fetch';
import { Origin, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { judges } from '../../src/index.ts';

const state = (value: string) =>
  status(200, { body: JSON.stringify({ status: value }), headers: { 'content-type': 'application/json' } });

/** The recipe of docs/protocols.md, with other times. */
function poller(options: object = {}, waitMs = 5) {
  const judge = judges.notReady({ field: 'status', values: ['queued', 'running'], waitMs });
  return wrapFetch({
    rules: [{ method: 'GET', url: /\/jobs\/\w+$/, judge }],
    maxAttempts: 100,
    budget: 'none',
    backoff: () => 1,
    ...options,
  });
}

test('polls until the work is done, and waits between polls', async () => {
  await using origin = await Origin.listen();
  origin.plays(state('queued'), status(503), ...Array.from({ length: 60 }, () => state('running')), state('done'));

  const response = await poller()(`${origin.url}jobs/7`);

  expect(await response.json()).toEqual({ status: 'done' });
  expect(origin.requests).toHaveLength(63);
  const [first] = reportOf(response)?.attempts ?? [];
  expect(first).toMatchObject({ outcome: { answer: { subject: 'status `queued`' } }, decision: { action: 'retry' } });
  expect(first?.decision.action === 'retry' && first.decision.waitMs).toBeGreaterThanOrEqual(5);
});

test.each([
  [{ maxAttempts: 3 }, 5, 3, 'attempts-exhausted'],
  [{ deadlineMs: 30_000 }, 40_000, 1, 'deadline-too-near'],
])('with %j the caller gets the last state', async (options, waitMs, requests, reason) => {
  await using origin = await Origin.listen();
  origin.plays(...Array.from({ length: 5 }, () => state('running')));

  const response = await poller(options, waitMs)(`${origin.url}jobs/7`);

  expect(await response.json()).toEqual({ status: 'running' });
  expect(origin.requests).toHaveLength(requests);
  expect(reportOf(response)?.decision.reason).toBe(reason);
});

test('a POST that starts the work is sent once, whatever its state', async () => {
  await using origin = await Origin.listen();
  origin.plays(state('queued'));
  const judge = judges.notReady({ field: 'status', values: ['queued'] });

  const response = await wrapFetch({ rules: [{ judge }] })(`${origin.url}jobs`, { method: 'POST' });

  expect(await response.json()).toEqual({ status: 'queued' });
  expect(origin.requests).toHaveLength(1);
});
