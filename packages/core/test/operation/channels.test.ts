import { channel, tracingChannel } from 'node:diagnostics_channel';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { OperationTrace, RetryEvent } from '../../src/effect/event.ts';
import { openPublisher } from '../../src/operation/channels.ts';
import { play } from '../support/stage.ts';

/** Subscribes to all that operations publish, and collects it in order. */
function subscribe() {
  const heard: string[] = [];
  const traces: OperationTrace[] = [];
  const events: RetryEvent[] = [];
  const hear = (name: string) => (trace: unknown) => {
    heard.push(name);
    traces.push(trace as OperationTrace);
  };
  const handlers = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  };
  const onAttempt = (event: unknown): void => {
    events.push(event as RetryEvent);
    heard.push((event as RetryEvent).type);
  };
  const operations = tracingChannel('twicesafe:operation');
  operations.subscribe(handlers);
  channel('twicesafe:attempt').subscribe(onAttempt);
  const unsubscribe = (): void => {
    operations.unsubscribe(handlers);
    channel('twicesafe:attempt').unsubscribe(onAttempt);
  };
  onTestFinished(unsubscribe);
  return { heard, traces, events, unsubscribe };
}

test('subscribers hear an operation from its start to its report, and each attempt between', async () => {
  const { heard, traces, events } = subscribe();

  const { report } = await play([{ status: 503 }, { status: 200 }]);

  expect(heard).toEqual([
    'start',
    'end',
    'attempt-start',
    'attempt-end',
    'retry-scheduled',
    'attempt-start',
    'attempt-end',
    'asyncStart',
    'asyncEnd',
  ]);
  expect(new Set(traces).size).toBe(1);
  const identity = { operationId: report.operationId, method: 'GET', origin: 'http://origin.test' };
  expect(traces[0]).toMatchObject({ ...identity, url: 'http://origin.test/orders', report });
  expect(events[0]).toMatchObject({ ...identity, number: 1 });
});

test('an operation whose last attempt failed publishes its error', async () => {
  const { heard, traces } = subscribe();

  await play([{ fails: 'unknown' }], { method: 'POST' });

  expect(heard).toEqual(['start', 'end', 'attempt-start', 'attempt-end', 'error', 'asyncStart', 'asyncEnd']);
  expect(traces[0]).toMatchObject({ error: { message: 'attempt 1 failed' }, report: { effect: 'maybe-applied' } });
});

test.each([
  'tracing:twicesafe:operation:start',
  'tracing:twicesafe:operation:end',
  'tracing:twicesafe:operation:asyncStart',
  'tracing:twicesafe:operation:asyncEnd',
  'tracing:twicesafe:operation:error',
  'twicesafe:attempt',
])('one subscriber is enough: %s', async (name) => {
  const heard: unknown[] = [];
  const hear = (message: unknown) => void heard.push(message);
  channel(name).subscribe(hear);
  onTestFinished(() => void channel(name).unsubscribe(hear));

  await play([{ fails: 'unknown' }], { method: 'POST' });

  expect(heard).not.toEqual([]);
});

test('an operation without an attempt publishes its end', async () => {
  const { heard } = subscribe();

  await play([], { signal: AbortSignal.abort() });

  expect(heard).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
});

test('subscribers and onEvent hear the same events', async () => {
  const { events } = subscribe();
  const given: RetryEvent[] = [];

  await play([{ status: 200 }], { options: { onEvent: (event) => given.push(event) } });

  expect(given.slice(1, -1)).toEqual(events);
  expect(given.map(({ type }) => type)).toEqual(['operation-start', 'attempt-start', 'attempt-end', 'operation-end']);
});

test('an onEvent that throws takes nothing away from subscribers', async () => {
  const { heard } = subscribe();

  await play([{ status: 200 }], {
    options: {
      onEvent: () => {
        throw new Error('no listener');
      },
    },
  });

  expect(heard).toEqual(['start', 'end', 'attempt-start', 'attempt-end', 'asyncStart', 'asyncEnd']);
});

test('publishes nothing after the last unsubscription', async () => {
  const { heard, unsubscribe } = subscribe();
  unsubscribe();

  await play([{ status: 200 }]);

  expect(heard).toEqual([]);
});

test('without subscribers there is no publisher', () => {
  expect(openPublisher()).toBeUndefined();
});

test.each<[string, object | undefined]>([
  ['channels', undefined],
  ['tracing channels', { channel }],
])('in a runtime without %s there is no publisher', async (missing, module) => {
  subscribe();
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(module as never);
  onTestFinished(() => void vi.restoreAllMocks());
  const path = '../../src/operation/channels.ts';
  const copy: typeof import('../../src/operation/channels.ts') = await import(/* @vite-ignore */ `${path}?${missing}`);

  expect(copy.openPublisher()).toBeUndefined();
});
