import { expect, test } from 'vitest';
import type { RetryEvent } from '../../src/effect/event.ts';
import { reportOf } from '../../src/operation/reports.ts';
import { play, type Staging, stage } from '../support/stage.ts';

/** Collects the events of an operation. */
function listen(staging: Staging = {}) {
  const events: RetryEvent[] = [];
  return { events, ...staging, options: { ...staging.options, onEvent: (event: RetryEvent) => events.push(event) } };
}

test('events say the same as the report, as it happens', async () => {
  const { events, ...staging } = listen();

  const { report } = await play([{ status: 503 }, { status: 200 }], staging);

  expect(events.map(({ type }) => type)).toEqual([
    'operation-start',
    'attempt-start',
    'attempt-end',
    'retry-scheduled',
    'attempt-start',
    'attempt-end',
    'operation-end',
  ]);
  expect(events[1]).toEqual({
    type: 'attempt-start',
    operationId: report.operationId,
    method: 'GET',
    origin: 'http://origin.test',
    url: 'http://origin.test/orders',
    number: 1,
  });
  expect(events[2]).toMatchObject({ attempt: report.attempts[0] });
  expect(events[3]).toMatchObject({ number: 2, decision: { action: 'retry', reason: 'safe-method', waitMs: 100 } });
  expect(events[4]).toMatchObject({ number: 2 });
  expect(events.at(-1)).toMatchObject({ report });
});

test('all events of an operation carry its id, and two operations have two', async () => {
  const { events, ...staging } = listen();

  const first = stage([{ status: 503 }], staging);
  const second = stage([{ status: 503 }], { ...staging, clock: first.clock });
  await first.clock.run(Promise.all([first.start(), second.start()]));

  const ids = new Set(events.map(({ operationId }) => operationId));
  expect(ids).toEqual(new Set([first.operation.id, second.operation.id]));
  expect(ids.size).toBe(2);
});

test('an id is a prefix of the process and a number', () => {
  const [first, second] = [stage([]).operation.id, stage([]).operation.id];
  const [prefix, count] = first.split('-') as [string, string];

  expect(prefix).toMatch(/^\w{8}$/);
  expect(second).toBe(`${prefix}-${(Number.parseInt(count, 36) + 1).toString(36)}`);
});

test('events and reports are plain JSON, without secrets', async () => {
  const { events, ...staging } = listen({
    method: 'POST',
    url: 'http://user:pw@origin.test/orders?api_key=secret#top',
  });
  const hop = { url: 'http://user:pw@elsewhere.test/?token=secret', sameMethod: true };

  const { report } = await play([{ fails: 'never-sent' }, { status: 404, hop }], staging);

  for (const each of [report, ...events]) {
    const text = JSON.stringify(each);
    expect(text).not.toMatch(/secret|user|pw@|#top/);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(each)));
  }
  expect(JSON.parse(JSON.stringify(report))).toEqual({ ...report, idempotencyKey: undefined });
  expect(report).toMatchObject({
    url: 'http://origin.test/orders?api_key=REDACTED',
    attempts: [
      { outcome: { type: 'failure', kind: 'network', error: { name: 'Error', message: 'attempt 1 failed' } } },
      { outcome: { type: 'response', status: 404, redirectedTo: 'http://elsewhere.test/?token=REDACTED' } },
    ],
  });
});

test('query values are shown on request, and userinfo never', async () => {
  const { events, ...staging } = listen({
    url: 'http://user:pw@origin.test/orders?q=1#top',
    options: { showQuery: true },
  });

  const { report } = await play([{ status: 200 }], staging);

  expect(report.url).toBe('http://origin.test/orders?q=1');
  expect(events[0]?.url).toBe('http://origin.test/orders?q=1');
});

test('an operation that ends with two objects ends once', () => {
  const { events, ...staging } = listen();
  const { operation } = stage([], staging);
  const [error, response] = [new Error('no order'), new Response()];

  operation.settle(error);
  operation.settle(response);

  expect(events.map(({ type }) => type)).toEqual(['operation-start', 'operation-end']);
  expect([reportOf(error), reportOf(response)]).toEqual([operation.report(), operation.report()]);
});

test('the origin of an invalid URL is empty', async () => {
  const { events, ...staging } = listen({ url: '/orders' });

  await play([{ status: 200 }], staging);

  expect(events[0]).toMatchObject({ origin: '', url: '/orders' });
});
