import http from 'node:http';
import { Socket } from 'node:net';
import { sentRequests } from '@twicesafe/evidence';
import { closedPort, Origin, rejectionOf, status } from '@twicesafe/testing';
import type { HandlerFunction } from 'got';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keys, type RetryOptions, reportOf, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const { request } = http;
const connect = Socket.prototype.connect;
const keyed: RetryOptions = { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) };

afterEach(() => void vi.restoreAllMocks());

/** Code of others that passes requests on, as tracers do. It may do something else, too. */
function traced(also: () => void = () => {}): void {
  vi.spyOn(http, 'request').mockImplementation((...given: unknown[]) => {
    also();
    return Reflect.apply(request, http, given);
  });
}

/** Code of others that opens the connections, as MSW and nock do. At the first one it does something else, too. */
function mocked(also: () => void = () => {}): void {
  let once = also;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given: unknown[]) {
    const now = once;
    once = () => {};
    now();
    return Reflect.apply(connect, this, given);
  } as never);
}

/** Sends a POST that may be a copy. */
function post(url: string): void {
  request(url, { method: 'POST', agent: false })
    .on('error', () => {})
    .on('response', (response) => response.resume())
    .end('order');
}

describe.each(VERSIONS)('behind code of others, with %s', (_, got) => {
  const client = wrapGot(got, { backoff: () => 1 });

  test.each([
    [false, 'not-applied'],
    [true, 'maybe-applied'],
  ])('a 422 refuses the request unless a copy was sent: %s', async (copies, effect) => {
    await using origin = await Origin.listen();
    origin.plays(status(422));
    const other = `http://127.0.0.1:${await closedPort()}/`;
    mocked(() => copies && post(other));

    const error = await rejectionOf(client.post(origin.url, { body: 'order' }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect });
  });

  test.each<[string, () => void, string]>([
    ['on connections of others proves nothing', mocked, 'unknown'],
    ['on connections of Node proves that nothing was sent', traced, 'never-sent'],
  ])('a refused connection %s', async (_name, inside, delivery) => {
    inside();

    const error = await rejectionOf(client.post(`http://127.0.0.1:${await closedPort()}/`, { body: 'order' }));

    expect(reportOf(error)?.attempts[0]).toMatchObject({ outcome: { kind: 'network' }, delivery });
  });

  test('a refused connection proves nothing if a copy was sent', async () => {
    const [url, other] = [`http://127.0.0.1:${await closedPort()}/`, `http://127.0.0.1:${await closedPort()}/`];
    traced(() => post(other));

    const error = await rejectionOf(client.post(url, { body: 'order' }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test('the copies of an attempt are none of the next one', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425), status(422));
    traced();

    const error = await rejectionOf(client.post(origin.url, { body: 'order' }));

    expect(reportOf(error)).toMatchObject({
      attempts: [{ delivery: 'refused' }, { delivery: 'answered' }],
      effect: 'not-applied',
    });
  });

  test.each<[string, RetryOptions, number]>([
    ['withholds the next attempt', {}, 2],
    ['is harmless with a key', keyed, 3],
  ])('a copy that is sent in the wait %s', async (_name, options, requests) => {
    await using origin = await Origin.listen();
    origin.plays(status(425, { body: 'early' }));
    traced();
    const onEvent: RetryOptions['onEvent'] = ({ type }) => void (type === 'retry-scheduled' && post(origin.url));

    const settled: unknown = await wrapGot(got, { backoff: () => 1, ...options, onEvent })
      .post(origin.url, { body: 'order', throwHttpErrors: false })
      .catch((error: unknown) => error);

    await origin.received(requests);
    expect(origin.requests).toHaveLength(requests);
    if (requests === 3) {
      expect(reportOf(settled)).toMatchObject({ attempts: [{ delivery: 'refused' }, { delivery: 'answered' }] });
      return;
    }
    const error = { message: 'A copy of the request was sent after its attempt' };
    expect(reportOf(settled)).toMatchObject({
      attempts: [
        { delivery: 'refused' },
        { outcome: { type: 'failure', kind: 'network', error }, delivery: 'unknown' },
      ],
      decision: { reason: 'not-repeatable' },
      effect: 'maybe-applied',
    });
    expect(settled).toMatchObject({ body: 'early' });
  });

  test('a GET is not watched', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    traced();
    let watched = 0;
    const onEvent: RetryOptions['onEvent'] = () => {
      watched += sentRequests.active.size;
    };

    const response = await wrapGot(got, { backoff: () => 1, onEvent })(origin.url);

    expect(reportOf(response)?.attempts).toHaveLength(2);
    expect(watched).toBe(0);
  });

  test('a call that has ended is not watched any more', async () => {
    await using origin = await Origin.listen();
    traced();
    const sizes: number[] = [];
    const onEvent: RetryOptions['onEvent'] = () => void sizes.push(sentRequests.active.size);

    await wrapGot(got, { onEvent }).post(origin.url, { body: 'order' });

    expect(Math.max(...sizes)).toBe(1);
    expect(sentRequests.active.size).toBe(0);
  });

  test('nor is one whose handler throws', () => {
    traced();
    const lost = new Error('lost');
    const handler: HandlerFunction = () => {
      throw lost;
    };

    // got itself throws what a handler throws.
    expect(() => client.extend({ handlers: [handler] }).post('http://127.0.0.1:9/')).toThrow(lost);
    expect(sentRequests.active.size).toBe(0);
  });
});
