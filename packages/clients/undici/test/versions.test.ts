import { Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import * as undici8 from 'undici';
import * as undici7 from 'undici-7';
import * as undici7Oldest from 'undici-7-oldest';
import * as undici8Oldest from 'undici-8-oldest';
import { describe, expect, test } from 'vitest';
import { reportOf, retry, withRetry } from '../src/index.ts';

const VERSIONS: readonly (readonly [name: string, undici: typeof undici8])[] = [
  ['7.0', undici7Oldest as unknown as typeof undici8],
  ['7, latest', undici7 as unknown as typeof undici8],
  ['8.0', undici8Oldest as unknown as typeof undici8],
  ['8, latest', undici8],
];

describe.each(VERSIONS)('undici %s', (_, { Agent, Pool, request, stream, fetch, interceptors }) => {
  const post = { method: 'POST', body: 'x' } as const;
  const composed = (options = {}) => {
    const agent = new Agent();
    const dispatcher = agent.compose(retry({ backoff: () => 1, ...options }));
    return { agent, dispatcher, [Symbol.asyncDispose]: () => agent.destroy() };
  };

  test('retries a PUT, and a POST only with a key, and reports both', async () => {
    await using origin = await Origin.listen();
    await using own = composed();
    const { dispatcher } = own;
    origin.plays(status(503), status(200, { body: 'put' }), processThenReset(), processThenReset());

    const put = await request(origin.url, { dispatcher, method: 'PUT', body: 'x' });
    const keyed = await request(
      origin.url,
      withRetry({ dispatcher, ...post }, { idempotencyKey: 'order-7', maxAttempts: 4 }),
    );
    await keyed.body.dump();
    origin.plays(processThenReset());
    const error = await rejectionOf(request(origin.url, { dispatcher, ...post }));

    expect(await put.body.text()).toBe('put');
    expect([put, keyed, error].map((each) => reportOf(each)?.attempts.length)).toEqual([2, 3, 1]);
  });

  test('a POST that was refused a connection is sent again, with its stream', async () => {
    const { Readable } = await import('node:stream');
    await using origin = await Origin.listen();
    await origin.close();
    await using own = composed({
      backoff: () => 20,
      onEvent: ({ type }: { type: string }) => void (type === 'retry-scheduled' && origin.reopen()),
    });

    const body = Readable.from([Buffer.from('streamed')]);
    const response = await request(origin.url, { dispatcher: own.dispatcher, method: 'POST', body });
    await response.body.dump();

    expect(origin.requests.map((each) => each.text)).toEqual(['streamed']);
  });

  test('a response arrives whole by stream, and fetch works', async () => {
    await using origin = await Origin.listen();
    await using own = composed();
    const { dispatcher } = own;
    const { Writable } = await import('node:stream');
    const { bigBody } = await import('@twicesafe/testing');
    origin.plays(status(503), bigBody(2_000_000), status(503));
    let read = 0;
    const sink = (): InstanceType<typeof Writable> =>
      new Writable({
        highWaterMark: 10_000,
        write(chunk, _, done) {
          read += chunk.length;
          setImmediate(done);
        },
      });

    await stream(origin.url, { dispatcher, method: 'GET' }, sink);
    const response = await fetch(origin.url, { dispatcher });

    expect(read).toBe(2_000_000);
    expect(await response.text()).toBe('ok');
  });

  test('an abort during a wait is answered immediately, and inner redirects prove nothing', async () => {
    await using origin = await Origin.listen();
    const closed = await Origin.listen();
    await closed.close();
    await using own = composed({ backoff: () => 60_000 });
    const inside = own.agent.compose(interceptors.redirect({ maxRedirections: 3 }), retry({ backoff: () => 1 }));
    origin.plays(status(307, { headers: { location: closed.url } }));

    const error = await rejectionOf(request(origin.url, { dispatcher: inside, ...post }));
    const signal = AbortSignal.timeout(50);
    const aborted = await rejectionOf(request(closed.url, { dispatcher: own.dispatcher, ...post, signal }));

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    expect(aborted).toBe(signal.reason);
  });

  test('a key permits a retry after a redirect on its own origin', async () => {
    await using origin = await Origin.listen();
    await using own = composed();
    origin.plays(redirect(307, '/next'), status(503));
    const dispatcher = own.agent.compose(interceptors.redirect({ maxRedirections: 3 }), retry({ backoff: () => 1 }));

    const options = withRetry({ dispatcher, ...post }, { idempotencyKey: 'order-7' });
    const { statusCode, body } = await request(origin.url, options);
    await body.dump();

    expect(statusCode).toBe(200);
    expect(origin.requests.map(({ target }) => target)).toEqual(['/', '/next', '/']);
  });

  test('a pool without an origin in its options sends its key, on every attempt', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const pool = new Pool(new URL(origin.url).origin);
    const dispatcher = pool.compose(retry({ backoff: () => 1 }));

    const options = withRetry({ path: '/orders', ...post }, { idempotencyKey: 'order-7' });
    const { statusCode } = await dispatcher.request(options);
    await pool.destroy();

    expect(statusCode).toBe(200);
    expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
  });
});
