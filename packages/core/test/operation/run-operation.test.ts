import { expect, test } from 'vitest';
import { reportOf } from '../../src/operation/reports.ts';
import type { Act } from '../support/scripted-client.ts';
import { play, stage } from '../support/stage.ts';

test('a success at the first attempt is returned as it is', async () => {
  const { response, report, client } = await play([{ status: 200, afterMs: 30 }]);

  expect(response?.status).toBe(200);
  expect(client.sentAtMs).toEqual([0]);
  expect(client.discarded).toEqual([]);
  expect(report).toMatchObject({ decision: { reason: 'succeeded' }, elapsedMs: 30, effect: 'not-applied' });
  expect(reportOf(response)).toEqual(report);
});

test('a transient status is followed by another attempt, after the backoff', async () => {
  const { response, client } = await play([{ status: 503, afterMs: 10 }, { status: 200 }]);

  expect(response?.status).toBe(200);
  expect(client.sentAtMs).toEqual([0, 110]);
  expect(client.discarded.map(({ status }) => status)).toEqual([503]);
});

test('every attempt has its own start and duration', async () => {
  const { report } = await play([{ status: 503, afterMs: 10 }, { fails: 'unknown', afterMs: 20 }, { status: 200 }]);

  expect(report.attempts).toMatchObject([
    { number: 1, startMs: 0, durationMs: 10 },
    { number: 2, startMs: 110, durationMs: 20 },
    { number: 3, startMs: 230, durationMs: 0 },
  ]);
  expect(report.elapsedMs).toBe(230);
});

test('times count from the start of the operation, not of the clock', async () => {
  const { clock, operation, start } = stage([
    { status: 503, afterMs: 10 },
    { status: 200, afterMs: 5 },
  ]);
  const again = stage(
    [
      { status: 503, afterMs: 10 },
      { status: 200, afterMs: 5 },
    ],
    { clock },
  );
  await clock.run(start());

  expect(clock.now()).toBe(115);
  await clock.run(stage([{ status: 200, afterMs: 7 }], { clock }).start());
  const late = stage(
    [
      { status: 503, afterMs: 10 },
      { status: 200, afterMs: 5 },
    ],
    { clock },
  );
  await clock.run(late.start());

  const times = {
    elapsedMs: 115,
    attempts: [
      { startMs: 0, durationMs: 10 },
      { startMs: 110, durationMs: 5 },
    ],
  };
  expect(operation.report()).toMatchObject(times);
  expect(late.operation.report()).toMatchObject(times);
  expect(again.operation.report().attempts).toEqual([]);
});

test('the last response is returned when no attempts are left', async () => {
  const { response, sent, client } = await play([{ status: 503 }, { status: 502 }, { status: 500 }]);

  expect(response?.status).toBe(500);
  expect(sent).toBe(3);
  expect(client.discarded.map(({ status }) => status)).toEqual([503, 502]);
  expect(reportOf(response)?.decision).toEqual({ action: 'stop', reason: 'attempts-exhausted' });
});

test("the client's own error is thrown, and has a report", async () => {
  const { error, client } = await play([{ fails: 'unknown' }], { method: 'POST' });

  expect(error).toBe(client.errors[0]);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ number: 1, delivery: 'unknown', decision: { reason: 'not-repeatable' } }],
    effect: 'maybe-applied',
    effectReason: 'outcome-unknown',
  });
});

test('a failure in doubt outranks a later refusal', async () => {
  const { error, sent, client } = await play([{ fails: 'unknown' }, { fails: 'never-sent' }, { fails: 'never-sent' }], {
    method: 'PUT',
  });

  expect(sent).toBe(3);
  expect(error).toBe(client.errors[0]);
});

test('of failures that certainly were not processed the last one is thrown', async () => {
  const { error, client } = await play([{ fails: 'never-sent' }, { fails: 'refused' }, { fails: 'never-sent' }]);

  expect(error).toBe(client.errors[2]);
});

test('of failures that may have been processed the last one is thrown', async () => {
  const { error, client } = await play([{ fails: 'unknown' }, { fails: 'unknown' }, { fails: 'refused' }]);

  expect(error).toBe(client.errors[1]);
});

test.each(['never-sent', 'refused', 'unknown'] as const)(
  'a response in hand outranks a later failure without one: %s',
  async (delivery) => {
    const { response, sent, client, report } = await play([{ status: 503 }, { fails: delivery }, { fails: delivery }]);

    expect(response?.status).toBe(503);
    expect(sent).toBe(3);
    expect(client.discarded).toEqual([]);
    expect(report.attempts).toHaveLength(3);
    expect(reportOf(response)).toEqual(report);
  },
);

test('a later response outranks an earlier one, with a failure between', async () => {
  const { response, client } = await play([{ status: 503 }, { fails: 'unknown' }, { status: 500 }]);

  expect(response?.status).toBe(500);
  expect(client.discarded.map(({ status }) => status)).toEqual([503]);
});

test('a first response after a failure is returned, and nothing is discarded', async () => {
  const { response, client } = await play([{ fails: 'unknown' }, { status: 503 }], { options: { maxAttempts: 2 } });

  expect(response?.status).toBe(503);
  expect(client.discarded).toEqual([]);
});

test('a client may return the same object twice, and it is not discarded', async () => {
  const { clock, client, start } = stage([]);
  const same = { status: 503, headers: new Headers() };
  client.send = async () => same;

  expect(await clock.run(start())).toBe(same);
  expect(client.discarded).toEqual([]);
});

test('a client that throws instead of rejecting fails its attempt', async () => {
  const { clock, client, operation, start } = stage([], { method: 'POST', options: { attemptTimeoutMs: 10 } });
  client.send = () => {
    throw new RangeError('no');
  };

  await expect(clock.run(start())).rejects.toThrow('no');

  expect(clock.pending).toBe(0);
  expect(operation.report().attempts).toHaveLength(1);
});

test('a client whose outcome throws fails its attempt, and its response is not returned', async () => {
  const { clock, client, operation, start } = stage([{ status: 200 }], { method: 'POST' });
  client.outcome = () => {
    throw new RangeError('no status');
  };

  await expect(clock.run(start())).rejects.toThrow('no status');

  expect(operation.report()).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
});

test('a body that was used is not sent again', async () => {
  const { clock, client, operation, start } = stage([{ status: 503 }, { status: 200 }]);
  client.bodyUsed = true;

  expect((await clock.run(start())).status).toBe(503);

  expect(operation.decision).toEqual({ action: 'stop', reason: 'body-not-replayable' });
});

test('a second 421 is final: another connection led to the same server', async () => {
  const { sent, report } = await play([{ status: 421 }, { status: 421 }, { status: 200 }]);

  expect(sent).toBe(2);
  expect(report.decision.reason).toBe('misdirected-again');
});

test.each<[string, Act]>([
  ['a 503', { status: 503 }],
  ['a failure', { fails: 'never-sent' }],
])('the first 421 after %s is sent on another connection', async (_, before) => {
  expect((await play([before, { status: 421 }, { status: 200 }])).sent).toBe(3);
});

test('a 421 is remembered over a failure between', async () => {
  const { sent, report } = await play([{ status: 421 }, { fails: 'never-sent' }, { status: 421 }, { status: 200 }], {
    options: { maxAttempts: 5 },
  });

  expect(sent).toBe(3);
  expect(report.decision.reason).toBe('misdirected-again');
});

test('a status of 0, as an opaque response has it, is no success', async () => {
  const { report } = await play([{ status: 0 }], { method: 'POST' });

  expect(report).toMatchObject({ decision: { reason: 'final-status' }, effect: 'maybe-applied' });
});

test('300 is no success', async () => {
  expect((await play([{ status: 300 }])).report.decision.reason).toBe('final-status');
});

test('the backoff gets the number of the retry and the wait before', async () => {
  const given: unknown[] = [];
  const backoff = (retry: number, _: number, previousWaitMs: number) => {
    given.push([retry, previousWaitMs]);
    return retry * 10;
  };

  await play([{ status: 503 }, { status: 503 }], { options: { backoff } });

  expect(given).toEqual([
    [1, 0],
    [2, 10],
  ]);
});

test('skipWaits skips the backoff and the pushback', async () => {
  const { client, clock } = await play([{ status: 503, headers: { 'retry-after': '30' } }, { fails: 'unknown' }], {
    options: { skipWaits: true },
  });

  expect(client.sentAtMs).toEqual([0, 0, 0]);
  expect(clock.now()).toBe(0);
});

test("the client's replacement of our response has the report", async () => {
  const { clock, client, start } = stage([{ status: 200 }]);
  const handed = { data: 'order' };
  Object.assign(client, { settled: () => handed });

  const response = await clock.run(start());

  expect(reportOf(handed)).toMatchObject({ effect: 'not-applied', attempts: [{ number: 1 }] });
  expect(reportOf(response)).toBeUndefined();
});

test("throws the client's error for a response, and both have the report", async () => {
  const { clock, client, operation, start } = stage([{ status: 404 }]);
  const mine = new Error('Request failed with status code 404');
  Object.assign(client, { errorOf: ({ status }: { status: number }) => (status >= 400 ? mine : undefined) });

  await expect(clock.run(start())).rejects.toBe(mine);

  expect(reportOf(mine)).toEqual(operation.report());
  expect(operation.report().decision.reason).toBe('final-status');
});

test('a client that makes no error of a response returns it', async () => {
  const { clock, client, start } = stage([{ status: 404 }]);
  Object.assign(client, { errorOf: () => undefined });

  expect((await clock.run(start())).status).toBe(404);
});
