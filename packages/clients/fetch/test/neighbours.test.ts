import { closedPort, Origin, processThenReset, serve, status } from '@twicesafe/testing';
import nodeFetch from 'node-fetch';
import { Agent, interceptors, MockAgent, RetryAgent, setGlobalDispatcher, fetch as undiciFetch } from 'undici';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bodyJudge, explain, keys, reportOf, wrapFetch } from '../src/index.ts';

type AnyFetch = (input: never, init?: never) => Promise<Response>;

const soon = { backoff: () => 1 };
const post = { method: 'POST', body: 'order' };
const original = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = original;
});

async function settle(sent: Promise<Response>): Promise<unknown> {
  return sent.catch((error: unknown) => error);
}

describe('a fetch of the caller proves nothing', () => {
  const fetches: Readonly<Record<string, (refusing: string) => typeof fetch>> = {
    'makes a second call that is refused': (refusing) => async (input, init) => {
      await fetch(input, init).then((response) => response.text());
      return fetch(refusing);
    },
    'looks at an audit log first': (refusing) => async (input, init) => {
      const response = await fetch(input, init);
      await fetch(refusing, { method: 'POST' });
      return response;
    },
    'sends through node-fetch and rethrows an older error': (refusing) => async (input, init) => {
      const older = await fetch(refusing).catch((error: unknown) => error);
      await nodeFetch(String(input), init as object);
      throw older;
    },
  };

  test.each(Object.entries(fetches))('a POST is applied once: one that %s', async (_, make) => {
    await using origin = await Origin.listen();
    const wrapped = wrapFetch(make(`http://127.0.0.1:${await closedPort()}/`), soon);

    const settled = await settle(wrapped(origin.url, post));

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(settled)).toMatchObject({ effect: 'maybe-applied' });
  });

  test('with its own signal: a request judged never sent is not sent later', async () => {
    await using origin = await Origin.listen();
    const own: typeof fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(30_000) });
    origin.plays(processThenReset());

    const settled = await settle(wrapFetch(own, { ...soon, attemptTimeoutMs: 40 })(origin.url, post));

    expect(origin.applied.length).toBeLessThanOrEqual(1);
    expect(reportOf(settled)?.effect).toBe('maybe-applied');
  });
});

describe('a dispatcher of the caller proves no more than its errors', () => {
  /** Node's fetch works with a handler that never announces the start. */
  function silent(): { dispatch(options: object, handler: Record<string, unknown>): boolean } {
    const symbols = [Symbol.for('undici.globalDispatcher.2'), Symbol.for('undici.globalDispatcher.1')];
    const [modern, legacy] = symbols.map((symbol) => (globalThis as unknown as Record<symbol, Agent>)[symbol]);
    return {
      dispatch(options, handler) {
        const base = (handler.onRequestStart ? (modern ?? legacy) : (legacy ?? modern)) as Agent;
        const start = handler.onRequestStart ? 'onRequestStart' : 'onConnect';
        const original = handler[start] as (...parameters: unknown[]) => unknown;
        const forwarding = Object.create(handler) as Record<string, unknown>;
        for (const name of Object.keys(handler)) {
          const callback = handler[name];
          if (typeof callback === 'function') forwarding[name] = (...all: unknown[]) => callback.apply(handler, all);
        }
        forwarding[start] = (...parameters: unknown[]) => (original.name === '' ? undefined : void parameters);
        return base.dispatch(options as never, forwarding as never);
      },
    };
  }

  test('one that does not announce the start: a cut POST is applied once', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    const settled = await settle(wrapFetch(soon)(origin.url, { ...post, dispatcher: silent() } as RequestInit));

    expect(origin.applied.length).toBeLessThanOrEqual(1);
    expect(reportOf(settled)).toMatchObject({ effect: 'maybe-applied' });
  });

  test.each([
    ['a RetryAgent', () => new RetryAgent(new Agent(), { maxRetries: 2, minTimeout: 1, methods: ['POST'] })],
    ['a retry interceptor', () => new Agent().compose(interceptors.retry({ minTimeout: 1, methods: ['POST'] }))],
  ])('%s inside: we add no attempt of our own', async (_, make) => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 9 }, () => status(503, { applies: true })));
    const fetch = wrapFetch(undiciFetch as unknown as typeof globalThis.fetch, soon);

    const settled = await settle(fetch(origin.url, { ...post, dispatcher: make() } as RequestInit));

    expect(reportOf(settled)).toMatchObject({ attempts: { length: 1 }, effect: 'maybe-applied' });
  });
});

describe("the caller's stream", () => {
  test.each([
    ['retry.body', (source: () => AsyncIterable<Uint8Array>) => ({ retry: { body: source } })],
    ['an async iterable', (source: () => AsyncIterable<Uint8Array>) => ({ body: source(), duplex: 'half' })],
  ])('that fails with ECONNREFUSED in the middle proves nothing: %s', async (_, init) => {
    await using origin = await Origin.listen();
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const source = async function* (): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('a line\n');
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw refused;
    };

    const settled = await settle(wrapFetch(soon)(origin.url, { method: 'POST', ...init(source) } as RequestInit));

    expect(origin.connections).toBe(1);
    expect(reportOf(settled)).toMatchObject({ attempts: { length: 1 }, effect: 'maybe-applied' });
  });

  test('that never started is sent again', async () => {
    const port = await closedPort();
    let started = false;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      started = true;
      yield new TextEncoder().encode('a line\n');
    };
    const init = { method: 'POST', body: source(), duplex: 'half' } as unknown as RequestInit;

    const settled = await settle(wrapFetch(soon)(`http://127.0.0.1:${port}/`, init));

    // Node 26 begins to read a body before there is a connection.
    expect(reportOf(settled)).toMatchObject({ attempts: { length: started ? 1 : 3 }, effect: 'not-applied' });
  });
});

describe('what certainly was not sent', () => {
  test.each<[string, string, RequestInit]>([
    ['an invalid URL', 'http://[', post],
    ['an invalid header', 'http://127.0.0.1:9/', { ...post, headers: { 'bad header': '1' } }],
    ['an invalid method', 'http://127.0.0.1:9/', { method: 'P OST' }],
    ['a blocked port', 'http://127.0.0.1:1/', post],
    ['an abort before the call', 'http://127.0.0.1:9/', { ...post, signal: AbortSignal.abort(new Error('mine')) }],
  ])('%s is not applied', async (_, url, init) => {
    const settled = await settle(wrapFetch(soon)(url, init));

    expect(reportOf(settled)).toMatchObject({ effect: 'not-applied' });
    expect(explain(settled)).not.toContain('may have been processed');
  });

  test('an invalid header is refused as without us, and no field is dropped', async () => {
    await using origin = await Origin.listen();
    const headers = { authorization: 'secret', 'if-match': '"1"', 'bad header': 'x' };
    const fetch = wrapFetch({ ...soon, attemptHeader: 'X-Attempt' });

    await expect(fetch(origin.url, { method: 'PUT', body: 'a', headers })).rejects.toThrow(TypeError);

    expect(origin.requests).toEqual([]);
  });
});

describe('a Request as input', () => {
  test('gets the same proof and the same repeats as a string', async () => {
    const request = new Request(`http://127.0.0.1:${await closedPort()}/`, post);

    const settled = await settle(wrapFetch(soon)(request));

    expect(reportOf(settled)).toMatchObject({
      attempts: [{ delivery: 'never-sent' }, { delivery: 'never-sent' }, { delivery: 'never-sent' }],
      effect: 'not-applied',
    });
  });

  test('is sent again with its body after a 425', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425));

    const response = await wrapFetch(soon)(new Request(origin.url, post));

    expect(response.status).toBe(200);
    expect(origin.requests.map(({ text }) => text)).toEqual(['order', 'order']);
  });

  test('keeps its own dispatcher', async () => {
    await using origin = await Origin.listen();
    const seen: string[] = [];
    const agent = new Agent().compose((dispatch) => (options, handler) => {
      seen.push(String(options.path));
      return dispatch(options, handler);
    });
    const { Request: UndiciRequest } = await import('undici');
    const request = new UndiciRequest(`${origin.url}own`, { ...post, dispatcher: agent });

    await wrapFetch(undiciFetch as unknown as typeof fetch, soon)(request as unknown as Request);

    expect(seen).toEqual(['/own']);
  });
});

test('a Request keeps its headers where an inner wrapped fetch adds a key', async () => {
  await using origin = await Origin.listen();
  const inner = wrapFetch({ idempotencyKey: keys.ietf() }) as typeof fetch;
  const outer = wrapFetch(((input, init) => inner(input, init)) as typeof fetch);

  await outer(new Request(origin.url, { ...post, headers: { 'x-mark': 'a' } }));

  expect(origin.requests.map(({ text, headers }) => [text, headers['x-mark'], headers['idempotency-key']])).toEqual([
    ['order', 'a', expect.any(String)],
  ]);
});

describe('neighbours in the same process', () => {
  test('MockAgent: matchers, reply callbacks and call history see the same requests as without twicesafe', async () => {
    const before = (globalThis as unknown as Record<symbol, Agent>)[Symbol.for('undici.globalDispatcher.2')];
    const mock = new MockAgent({ enableCallHistory: true });
    mock.disableNetConnect();
    setGlobalDispatcher(mock);
    const bodies: unknown[] = [];
    mock
      .get('http://api.test')
      .intercept({ path: '/orders', method: 'POST', body: (body) => body === 'order' })
      .reply(200, ({ body }) => {
        bodies.push(body);
        return 'matched';
      });

    const response = await wrapFetch(undiciFetch as unknown as typeof fetch)('http://api.test/orders', post);

    expect(await response.text()).toBe('matched');
    expect(bodies).toEqual(['order']);
    expect(mock.getCallHistory()?.lastCall()?.body).toBe('order');
    setGlobalDispatcher(before as Agent);
  });

  test("vi.fn gets the caller's exact arguments", async () => {
    const inner = vi.fn(async (..._: unknown[]) => new Response('ok'));
    const wrapped = wrapFetch(inner as AnyFetch);
    const url = new URL('http://api.test/orders');

    await (wrapped as typeof fetch)('http://api.test/');
    await (wrapped as typeof fetch)(url, post);

    expect(inner.mock.calls).toEqual([['http://api.test/'], [url, post]]);
    expect(inner.mock.calls[1]?.[0]).toBe(url);
  });

  test('node-fetch: a discarded response of Node streams breaks nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { body: 'x' }), status(503, { body: 'x' }));

    const response = await wrapFetch(nodeFetch as unknown as typeof fetch, soon)(origin.url);

    expect(await response.text()).toBe('ok');
    expect(origin.requests).toHaveLength(3);
  });

  test('node-fetch: a long response can be read, although its body could be judged', async () => {
    const text = JSON.stringify({ items: Array(10_000).fill('order') });
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let start = 0; start < text.length; start += 1000) response.write(text.slice(start, start + 1000));
      response.end();
    });
    const rules = [{ judge: bodyJudge(() => undefined) }];

    const response = await wrapFetch(nodeFetch as unknown as typeof fetch, { rules })(server.url);

    expect(await response.text()).toBe(text);
  });

  test('one shared mock response can still be read', async () => {
    const shared = new Response('sorry', { status: 503 });

    const response = await wrapFetch((async () => shared) as AnyFetch, soon)('http://api.test/' as never);

    expect(response).toBe(shared);
    expect(await response.text()).toBe('sorry');
  });

  test('a 503 in hand outranks a later failure without a response', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { body: 'busy' }), processThenReset(), processThenReset());

    const response = await wrapFetch(soon)(origin.url);

    expect(response.status).toBe(503);
    expect(await response.text()).toBe('busy');
  });

  const wraps: Readonly<Record<string, (inner: typeof fetch) => typeof fetch>> = {
    'a closure': (inner) => (input, init) => inner(input, init),
    'an async closure': (inner) => async (input, init) => {
      await null;
      return inner(input, init);
    },
    'a bound function': (inner) => inner.bind(undefined),
    'a Proxy': (inner) => new Proxy(inner, {}),
  };
  test.each(Object.entries(wraps))('%s around a wrapped fetch multiplies nothing', async (_, around) => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 9 }, () => status(503)));

    await wrapFetch(around(wrapFetch(soon) as typeof fetch), soon)(origin.url);

    expect(origin.requests).toHaveLength(3);
  });

  test("the inner policy's prohibitions and key stay in force", async () => {
    await using origin = await Origin.listen();
    const inner = wrapFetch({ ...soon, rules: [{ method: 'PUT', repeat: 'never' }] });
    origin.plays(status(503), status(503), status(503), status(503));

    await wrapFetch(inner, soon)(origin.url, { method: 'PUT', body: 'a' });
    await wrapFetch(((input: string, init?: RequestInit) => inner(input, init)) as AnyFetch, soon)(
      origin.url as never,
      { method: 'PUT', body: 'a' } as never,
    );

    expect(origin.requests).toHaveLength(2);
  });
});

describe('the global fetch', () => {
  test.each([
    [
      'synchronous',
      (inner: typeof fetch): typeof fetch =>
        (input, init) =>
          inner(input, init),
    ],
    [
      'asynchronous',
      (inner: typeof fetch): typeof fetch =>
        async (input, init) => {
          await null;
          return inner(input, init);
        },
    ],
  ])('a wrapped one that a %s logger patches afterwards does not call itself', async (_, patch) => {
    await using origin = await Origin.listen();
    globalThis.fetch = wrapFetch(soon) as typeof fetch;
    globalThis.fetch = patch(globalThis.fetch);

    expect((await globalThis.fetch(origin.url)).status).toBe(200);
    expect(origin.requests).toHaveLength(1);
  });

  test('a patch that came first is called once for each attempt', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const patched = vi.fn(original);
    globalThis.fetch = patched as typeof fetch;
    globalThis.fetch = wrapFetch(soon) as typeof fetch;

    expect((await globalThis.fetch(origin.url)).status).toBe(200);
    expect(patched).toHaveBeenCalledTimes(2);
  });
});

test('no secret shows in reports, explanations and errors', async () => {
  const url = `http://user:SECRET3@127.0.0.1:${await closedPort()}/orders?api_key=SECRET4&page=2#SECRET5`;

  const settled = await settle(wrapFetch({ ...soon, attemptTimeoutMs: 1000 })(url.replace('user:SECRET3@', '')));
  const other = await settle(wrapFetch(soon)(url));

  for (const each of [settled, other]) {
    expect(explain(each)).not.toContain('SECRET');
    expect(JSON.stringify(reportOf(each))).not.toContain('SECRET');
  }
});

test.each([['different'], ['equal']])(
  '%s orders that a rate limiter sends one after another have a key each',
  async (kind) => {
    await using origin = await Origin.listen();
    const inner = wrapFetch({ idempotencyKey: keys.ietf() });
    const waiting: (() => void)[] = [];
    // As rate limiters do, each starts the next in its own context, and long before its own answer.
    const next = (): void => {
      waiting.shift()?.();
      if (waiting.length > 0) setImmediate(next);
    };
    const limited: typeof fetch = (...call) =>
      new Promise((resolve, reject) => {
        waiting.push(() => void inner(...call).then(resolve, reject));
        if (waiting.length === 1) setImmediate(next);
      });
    const outer = wrapFetch(limited);

    await Promise.all(
      [1, 2, 3].map((n) => outer(origin.url, { method: 'POST', body: kind === 'equal' ? 'a' : `${n}` })),
    );

    expect(new Set(origin.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
  },
);
