import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import {
  Origin,
  processThenReset,
  rejectionOf,
  serve,
  stalledBody,
  status,
  truncate,
  VirtualClock,
} from '@twicesafe/testing';
import { Agent, request } from 'undici';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createRetryPolicy, protocol, type RetryOptions, reportOf, retry } from '../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());
const quick = { backoff: (): number => 1 };
const dispatcher = agent.compose(retry(quick));
const put = { dispatcher, method: 'PUT', body: 'x' } as const;

describe('a response that a retry follows', () => {
  test('is the result if the retry fails without one', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { body: 'busy' }), processThenReset(), processThenReset());

    const { statusCode, body } = await request(origin.url, put);

    expect([statusCode, await body.text()]).toEqual([503, 'busy']);
    expect(origin.requests).toHaveLength(3);
  });

  test('is lost, with its connection, if it is incomplete when the retry is sent', async () => {
    const closed: Promise<unknown>[] = [];
    await using server = await serve((incoming, response) => {
      incoming.resume();
      closed.push(once(response, 'close'));
      if (closed.length > 1) return void response.destroy();
      response.writeHead(503).write('busy');
    });

    const error = await rejectionOf(request(server.url, put));
    await closed[0];

    expect(error).toHaveProperty('code', 'UND_ERR_SOCKET');
    expect(reportOf(error)?.attempts).toHaveLength(3);
  });

  test('gives way to the next one, and frees its connection', async () => {
    const responses: ServerResponse[] = [];
    await using server = await serve((incoming, response) => {
      incoming.resume();
      responses.push(response);
      if (responses.length > 1) return void response.end('ok');
      response.writeHead(503).write('busy');
    });

    const { body } = await request(server.url, put);
    await body.dump();

    await vi.waitFor(() => expect(responses[0]?.destroyed).toBe(true));
  });

  test('does not wait for its body', async () => {
    await using server = await serve((incoming, response) => {
      incoming.resume();
      response.writeHead(503, { 'content-length': 6 }).write('one');
    });
    const clock = new VirtualClock();
    const events: string[] = [];
    const waiting = agent.compose(retry(createRetryPolicy({ onEvent: ({ type }) => void events.push(type) }, clock)));
    const controller = new AbortController();

    const sent = rejectionOf(request(server.url, { ...put, dispatcher: waiting, signal: controller.signal }));
    await vi.waitFor(() => expect(events).toContain('retry-scheduled'));
    controller.abort(new Error('mine'));

    expect((await sent).message).toBe('mine');
  });

  test('that used up a stream is the result', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const { Readable } = await import('node:stream');

    const response = await request(origin.url, { ...put, body: Readable.from(['once']) });
    await response.body.dump();

    expect(reportOf(response)).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'body-not-replayable' } });
    expect(origin.requests).toHaveLength(1);
  });
});

describe('a success that breaks off', () => {
  test('is retried while it is held, as a truncated body', async () => {
    await using origin = await Origin.listen();
    origin.plays(truncate());
    const kinds: unknown[] = [];
    const shouldRetry: RetryOptions['shouldRetry'] = ({ outcome }) => {
      kinds.push('kind' in outcome && outcome.kind);
      return true;
    };
    const asking = agent.compose(retry({ ...quick, shouldRetry }));

    const response = await request(origin.url, { ...put, dispatcher: asking });

    expect(await response.body.text()).toBe('ok');
    expect(kinds).toEqual(['truncated-body']);
    expect(reportOf(response)?.attempts).toMatchObject([{ delivery: 'unknown' }, { delivery: 'answered' }]);
  });

  test.each([200, 299])('with a %i is retried', async (code) => {
    let sends = 0;
    await using server = await serve((incoming, response) => {
      incoming.resume();
      if (++sends > 1) return void response.end('ok');
      response.writeHead(code, { 'content-length': 6 }).write('one');
      setImmediate(() => response.destroy());
    });

    const { body } = await request(server.url, put);

    expect(await body.text()).toBe('ok');
  });

  const unknowing = protocol({ name: 'Nothing', read: () => undefined });
  test.each<[name: string, options: RetryOptions]>([
    ['', {}],
    ['that no protocol knows', { protocols: [unknowing] }],
  ])('of a POST %s reaches the caller, with the error of its body', async (_, options) => {
    await using origin = await Origin.listen();
    origin.plays(truncate());
    const reading = agent.compose(retry({ ...quick, ...options }));

    const { statusCode, body } = await request(origin.url, { ...put, dispatcher: reading, method: 'POST' });
    const error = await rejectionOf(body.text());

    expect([statusCode, error.message]).toEqual([200, 'other side closed']);
    expect(origin.requests).toHaveLength(1);
  });
});

test('a response that the caller left in a check of its effect loses its connection', async () => {
  await using origin = await Origin.listen();
  origin.plays(stalledBody(503));
  const checking = Promise.withResolvers<void>();
  const confirming = agent.compose(
    retry({
      ...quick,
      confirm: () => {
        checking.resolve();
        return new Promise(() => {});
      },
    }),
  );
  const controller = new AbortController();
  const mine = new Error('mine');

  const options = { dispatcher: confirming, method: 'POST', body: 'x', signal: controller.signal } as const;
  const sent = rejectionOf(request(origin.url, options));
  await checking.promise;
  controller.abort(mine);

  expect(await sent).toBe(mine);
  await vi.waitFor(() => expect(origin.openSockets).toBe(0));
});
