import {
  closedPort,
  hang,
  listenersOf,
  Origin,
  processThenHang,
  processThenReset,
  redirect,
  rejectionOf,
  status,
  truncate,
} from '@twicesafe/testing';
import {
  Agent,
  Dispatcher1Wrapper,
  getGlobalDispatcher,
  MockAgent,
  RetryAgent,
  setGlobalDispatcher,
  fetch as undiciFetch,
} from 'undici';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FetchAttemptRequest, FetchFunction } from '../../src/index.ts';
import { attemptOf, endOf, FETCHES, post } from '../support/attempt.ts';

const undici = undiciFetch as unknown as FetchFunction;

beforeAll(async () => {
  setGlobalDispatcher(new Agent());
  await rejectionOf(globalThis.fetch(`http://127.0.0.1:${await closedPort()}/`));
});

test('an interceptor proves nothing by the error of its only copy, because it may send later', async () => {
  const url = `http://127.0.0.1:${await closedPort()}/`;
  const agent = new Agent();
  const intercepted = agent.compose((dispatch) => (options, handler) => dispatch(options, handler));

  const { outcome } = await post(url, { fetch: undici }, { dispatcher: intercepted });
  await agent.destroy();

  expect(outcome).toMatchObject({ type: 'failure', delivery: 'unknown' });
});

describe.each(FETCHES)('%s', (_, fetch) => {
  test('a request that is answered arrives once, as it was', async () => {
    await using origin = await Origin.listen();

    const { response, outcome } = await post(origin.url, { fetch });

    expect(await response?.text()).toBe('ok');
    expect(outcome).toMatchObject({ type: 'response', status: 200, hop: undefined });
    expect(origin.requests.map(({ method, text }) => [method, text])).toEqual([['POST', 'order']]);
  });

  test('a closed port proves that nothing was sent', async () => {
    const { outcome } = await post(`http://127.0.0.1:${await closedPort()}/`, { fetch });

    expect(outcome).toMatchObject({ kind: 'network', delivery: 'never-sent' });
  });

  test('a request that hangs after it was sent proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const controller = new AbortController();
    const ending = post(origin.url, { fetch }, { signal: controller.signal });
    await origin.received(1);

    controller.abort();

    expect((await ending).outcome).toMatchObject({ delivery: 'unknown' });
  });

  test('a redirect to a closed port proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(307, `http://127.0.0.1:${await closedPort()}/`));

    const { error, outcome } = await post(origin.url, { fetch });

    expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
    expect(outcome).toMatchObject({ delivery: 'unknown' });
  });

  test.each([
    [301, false],
    [302, false],
    [303, false],
    [307, true],
    [308, true],
  ])("a %i leads to another hop, whose status is not the first request's", async (code, sameMethod) => {
    await using origin = await Origin.listen();
    origin.plays(redirect(code, '/receipt'), status(425));

    const { outcome } = await post(origin.url, { fetch });

    expect(outcome).toMatchObject({ status: 425, hop: { url: `${origin.url}receipt`, sameMethod } });
  });

  test('a redirect that leads back to the same URL is another hop', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(307, '/other'), redirect(307, '/'), status(425));

    const { outcome } = await post(origin.url, { fetch });

    expect(outcome).toMatchObject({ status: 425, hop: { url: origin.url, sameMethod: true } });
  });

  test('a redirect to the same URL with another method is another hop', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(303, '/'), status(425));

    const { outcome } = await post(origin.url, { fetch });

    expect(outcome).toMatchObject({ status: 425, hop: { url: origin.url, sameMethod: false } });
  });

  test.each([true, false])('a key does not follow a redirect to another origin: mayChange %s', async (mayChange) => {
    await using first = await Origin.listen();
    await using second = await Origin.listen();
    first.plays(redirect(307, second.url));
    const keyHeaders = [['Idempotency-Key', 'order-7']] as const;

    const { attempt } = await post(
      first.url,
      { fetch, keyHeaders, mayChange },
      { headers: { 'Idempotency-Key': 'order-7', a: 'b' } },
    );

    expect(first.requests[0]?.headers).toMatchObject({ 'idempotency-key': 'order-7' });
    expect(second.requests[0]?.headers).toMatchObject({ a: 'b' });
    expect(second.requests[0]?.headers).not.toHaveProperty('idempotency-key');
    expect(attempt.keyRemoved).toBe(true);
  });

  test('a key follows a redirect within the origin', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(307, '/other'));
    const keyHeaders = [['Idempotency-Key', 'order-7']] as const;

    const { attempt } = await post(origin.url, { fetch, keyHeaders }, { headers: { 'Idempotency-Key': 'order-7' } });

    expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
    expect(attempt.keyRemoved).toBe(false);
  });

  test('a request judged never sent is not sent later', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const agent = new Agent({ connections: 1, pipelining: 1 });
    const dispatcher = fetch === undici ? agent : new Dispatcher1Wrapper(agent);
    const busy = fetch(origin.url, { dispatcher, signal: AbortSignal.timeout(5000) }).catch(() => {});
    await origin.received(1);
    const controller = new AbortController();
    const queued = post(origin.url, { fetch }, { dispatcher, signal: controller.signal });
    controller.abort();
    const { outcome } = await queued;

    await agent.destroy();
    await busy;
    await fetch(`${origin.url}later`);

    expect(outcome).toMatchObject({ delivery: fetch === undici ? 'never-sent' : 'unknown' });
    expect(origin.requests.map(({ target }) => target)).toEqual(['/', '/later']);
  });

  test('a cut ends the attempt with our error', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenHang());
    const attempt = attemptOf(origin.url, { fetch });
    const ending = endOf(attempt, attempt.send(origin.url, { method: 'POST', body: 'order' }, true));
    await origin.received(1);
    const cut = new Error('over');

    attempt.cut(cut);

    const { error, outcome } = await ending;
    expect([error, (error as Error).cause]).toContain(cut);
    expect(outcome).toMatchObject({ delivery: 'unknown' });
  });

  test('a Request goes the same way, and its failure proves the same', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const input = new (fetch === undici ? (await import('undici')).Request : Request)(url, {
      method: 'POST',
      body: 'order',
    }) as Request;

    expect((await post(url, { fetch }, {}, input)).outcome).toMatchObject({ delivery: 'never-sent' });
  });

  test('a Request with a dispatcher of its own goes there, and proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const agent = new Agent();
    let dispatched = 0;
    const own = agent.compose((dispatch) => (options, handler) => {
      dispatched++;
      return dispatch(options, handler);
    });
    const { Request: UndiciRequest } = await import('undici');
    const input = (
      fetch === undici
        ? new UndiciRequest(origin.url, { method: 'POST', body: 'order', dispatcher: own })
        : new Request(origin.url, {
            method: 'POST',
            body: 'order',
            dispatcher: new Dispatcher1Wrapper(own),
          } as RequestInit)
    ) as Request;

    const { outcome } = await post(origin.url, { fetch }, {}, input);
    await agent.destroy();

    expect(outcome).toMatchObject({ delivery: 'unknown' });
    expect(dispatched).toBe(1);
    expect(origin.applied).toEqual(['POST']);
  });

  test('a lent dispatcher is given back', async () => {
    await using origin = await Origin.listen();
    const symbols = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];
    const globals = () => symbols.map((symbol) => (globalThis as Record<symbol, unknown>)[symbol]);
    const before = globals();

    const input = new Request(origin.url, { method: 'POST', body: 'order' });
    if (fetch !== undici) await post(origin.url, { fetch }, {}, input);
    await post(origin.url, { fetch: fetch }, { signal: AbortSignal.abort() });

    expect(globals()).toEqual(before);
  });

  test('a signal that is aborted already proves that nothing was sent', async () => {
    await using origin = await Origin.listen();

    const { outcome } = await post(origin.url, { fetch }, { signal: AbortSignal.abort() });

    expect(outcome).toMatchObject({ delivery: 'never-sent' });
    expect(origin.requests).toEqual([]);
  });

  test.each([
    ['connect ECONNREFUSED', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['Stream closed with error code NGHTTP2_REFUSED_STREAM', { code: 'ERR_HTTP2_STREAM_ERROR' }],
  ])("the failure of the caller's own body stream proves nothing once the request started: %s", async (text, also) => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const refused = Object.assign(new Error(text), also);
    const body = new ReadableStream({
      async pull(controller) {
        if (origin.requests.length > 0) return controller.error(refused);
        controller.enqueue(new TextEncoder().encode('line\n'));
        await new Promise(setImmediate);
      },
    });

    const { outcome } = await post(origin.url, { fetch, streamBody: true }, { body, duplex: 'half' });

    expect(outcome).toMatchObject({ delivery: 'unknown' });
  });
});

describe('a dispatcher of the caller', () => {
  test('that is an Agent proves by silence: while it connects, nothing is sent', async () => {
    const agent = new Agent({ connect: () => {} });
    const controller = new AbortController();
    const ending = post('http://127.0.0.1:9999/', { fetch: undici }, { dispatcher: agent, signal: controller.signal });
    controller.abort();

    expect((await ending).outcome).toMatchObject({ delivery: 'never-sent' });
    await agent.destroy();
  });

  test('that forwards no start proves nothing by silence', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const agent = new Agent();
    const silent = agent.compose((dispatch) => (options, handler) => {
      const inner = Object.create(handler, { onRequestStart: { value: () => {} } });
      return dispatch(options, inner);
    });

    const { outcome } = await post(origin.url, { fetch: undici }, { dispatcher: silent });
    await agent.destroy();

    expect(outcome).toMatchObject({ delivery: 'unknown' });
    expect(origin.applied).toEqual(['POST']);
  });

  test('that retries by itself proves nothing with its last error', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const agent = new Agent();
    const retrying = new RetryAgent(agent, { maxRetries: 2, minTimeout: 1, methods: ['POST'] });
    const ending = post(origin.url, { fetch: undici }, { dispatcher: retrying });
    await origin.received(1);
    await origin.close();

    const { outcome } = await ending;
    await agent.destroy();

    expect(outcome).toMatchObject({ delivery: 'unknown' });
    expect(origin.applied).toEqual(['POST']);
    await origin.reopen();
  });

  test('that sends an audit call after the request proves nothing by its failure', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const closed = await closedPort();
    const agent = new Agent();
    const auditing = agent.compose((dispatch) => (options, handler) => {
      const failed = handler.onResponseError?.bind(handler);
      const inner = Object.create(handler, {
        onResponseError: {
          value: (controller: never) =>
            void rejectionOf(globalThis.fetch(`http://127.0.0.1:${closed}/`)).then((error) =>
              failed?.(controller, error.cause as Error),
            ),
        },
      });
      return dispatch(options, inner);
    });

    const { error, outcome } = await post(origin.url, { fetch: undici }, { dispatcher: auditing });
    await agent.destroy();

    expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
    expect(outcome).toMatchObject({ delivery: 'unknown' });
  });

  test.each([7, 'agent', {}, { dispatch: 7 }])('that is none is left to fetch: %j', async (dispatcher) => {
    const { error, outcome } = await post('http://127.0.0.1:9999/', { fetch: undici }, { dispatcher });

    expect(error).toBeInstanceOf(Error);
    expect(outcome.type).toBe('failure');
  });

  test('that is an Agent proves as much beside a Request', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const agent = new Agent();
    const { Request: UndiciRequest } = await import('undici');
    const input = new UndiciRequest(url, { method: 'POST', body: 'order' }) as unknown as Request;

    const { outcome } = await post(url, { fetch: undici }, { dispatcher: agent }, input);
    await agent.destroy();

    expect(outcome).toMatchObject({ delivery: 'never-sent' });
  });

  test.each([
    [200, true, true],
    [422, true, true],
    [200, false, false],
    [422, false, false],
  ])(
    'that answers %i itself leaves unseen what it sent, if that may change something: %s',
    async (code, mayChange, unseenCopies) => {
      const url = 'http://origin.test/';
      const mock = new MockAgent();
      mock.disableNetConnect();
      mock.get('http://origin.test').intercept({ path: '/', method: 'POST' }).reply(code, 'ok').persist();
      const before = getGlobalDispatcher();
      const { Request: UndiciRequest } = await import('undici');
      const init = { method: 'POST', body: 'order', dispatcher: mock };
      const input = new UndiciRequest(url, init as never) as unknown as Request;

      const byInit = await post(url, { fetch: undici, mayChange }, { dispatcher: mock });
      const byRequest = await post(url, { fetch: undici, mayChange }, {}, input);
      setGlobalDispatcher(mock);
      const byGlobal = await post(url, { fetch: undici, mayChange });
      setGlobalDispatcher(before);
      await mock.close();

      for (const { outcome } of [byInit, byRequest, byGlobal])
        expect(outcome).toMatchObject({ status: code, unseenCopies });
    },
  );

  test('null is none, and fetch takes its own', async () => {
    const { outcome } = await post(`http://127.0.0.1:${await closedPort()}/`, {}, { dispatcher: null });

    expect(outcome).toMatchObject({ delivery: 'never-sent' });
  });
});

describe('a fetch that is not the own one of the runtime', () => {
  const native = globalThis.fetch as FetchFunction;

  test.each<[string, FetchFunction]>([
    ['a closure', (input, init) => native(input, init)],
    ['a bound one', native.bind(undefined)],
    ['a Proxy', new Proxy(native, {})],
  ])('%s proves by the error that ended its only copy', async (_, fetch) => {
    const { outcome } = await post(`http://127.0.0.1:${await closedPort()}/`, { fetch });

    expect(outcome).toMatchObject({ kind: 'network', delivery: 'never-sent' });
  });

  test('proves nothing by an error of its own, even one that says what happened to its copy', async () => {
    const fetch: FetchFunction = async (input, init) => {
      const { cause } = (await rejectionOf(native(input, init))) as { cause: Error & { code: string } };
      throw Object.assign(new Error(cause.message), { code: cause.code });
    };

    const { outcome } = await post(`http://127.0.0.1:${await closedPort()}/`, { fetch });

    expect(outcome).toMatchObject({ delivery: 'unknown' });
  });

  test('proves nothing by the error of a stream', async () => {
    const body = new ReadableStream({
      pull: () => Promise.reject(Object.assign(new Error('no disk'), { code: 'ECONNREFUSED' })),
    });
    await using origin = await Origin.listen();
    const request = { fetch: ((input, init) => native(input, init)) as FetchFunction, streamBody: true };

    const { outcome } = await post(origin.url, request, { body, duplex: 'half' });

    expect(outcome).toMatchObject({ delivery: 'unknown' });
  });

  test('that sends another request afterwards proves nothing by its error', async () => {
    await using origin = await Origin.listen();
    const closed = await closedPort();
    const fetch: FetchFunction = async (input, init) => {
      await native(input, init);
      return native(`http://127.0.0.1:${closed}/audit`);
    };

    const { error, outcome } = await post(origin.url, { fetch });

    expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
    expect(outcome).toMatchObject({ delivery: 'unknown' });
    expect(origin.applied).toEqual(['POST']);
  });

  test('gets no dispatcher from twicesafe, and a signal only with a limit', async () => {
    const inits: unknown[] = [];
    const fetch: FetchFunction = async (_input, init) => {
      inits.push(init);
      return new Response('ok');
    };
    const init = { method: 'POST', body: 'order' };

    const attempt = attemptOf('http://origin.test/', { fetch, holdBytes: 1000, keyHeaders: [['K', 'v']] });
    await attempt.send('http://origin.test/', init, false);
    await attempt.send('http://origin.test/', init, true);

    expect(inits[0]).toBe(init);
    expect(inits[1]).toEqual({ ...init, signal: expect.any(AbortSignal) });
  });

  test("a cut aborts its signal, and so does the caller's abort", async () => {
    const signals: AbortSignal[] = [];
    const fetch: FetchFunction = async (_input, init) => {
      signals.push(init?.signal as AbortSignal);
      return new Response('ok');
    };
    const controller = new AbortController();
    const [first, second] = [1, 2].map(() => attemptOf('http://origin.test/', { fetch, signal: controller.signal }));
    await first?.send('http://origin.test/', {}, true);
    await second?.send('http://origin.test/', {}, true);
    const cut = new Error('over');

    first?.cut(cut);
    expect(signals.map(({ reason }) => reason)).toEqual([cut, undefined]);
    controller.abort('mine');

    expect(signals.map(({ reason }) => reason)).toEqual([cut, 'mine']);
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test.each<[string, Partial<Response>, unknown]>([
    ['that says it was redirected', { redirected: true, url: 'http://elsewhere.test/' }, 'http://elsewhere.test/'],
    ['of another URL that failed', { ok: false, status: 421, url: 'http://elsewhere.test/' }, 'http://elsewhere.test/'],
    ['of another URL that succeeded', { url: 'http://elsewhere.test/' }, undefined],
    ['of an invalid URL that failed', { ok: false, status: 421, url: 'elsewhere' }, 'elsewhere'],
    ['of the same URL that failed', { ok: false, status: 421, url: 'http://origin.test/#top' }, undefined],
    ['of no URL that failed, as a mock has it', { ok: false, status: 421, url: '' }, undefined],
  ])('a response %s', (_, response, url) => {
    const attempt = attemptOf('http://origin.test/#here', { fetch: async () => new Response() });
    const { hop } = attempt.outcome({
      ok: true,
      status: 200,
      redirected: false,
      headers: new Headers(),
      ...response,
    } as Response);

    expect(hop).toEqual(url === undefined ? undefined : { url, sameMethod: false });
    expect(attempt.keyRemoved).toBe(url !== undefined);
  });

  test('a redirect within the origin keeps the key', () => {
    const attempt = attemptOf('http://origin.test/', { fetch: async () => new Response() });
    const url = 'http://origin.test/receipt';

    attempt.outcome({ status: 200, redirected: true, url, headers: new Headers() } as Response);

    expect(attempt.keyRemoved).toBe(false);
  });

  test('a redirect keeps the method of a safe request', () => {
    const attempt = attemptOf('http://origin.test/', { fetch: async () => new Response(), method: 'GET' });
    const response = { status: 200, redirected: true, url: 'http://elsewhere.test/', headers: new Headers() };

    expect(attempt.outcome(response as Response).hop).toEqual({ url: 'http://elsewhere.test/', sameMethod: true });
  });
});

describe("undici's bridge for Node's own fetch, given by the caller,", () => {
  test.each<[string, string, () => Promise<{ url: string } & AsyncDisposable>]>([
    [
      'proves by the error that ended its only copy',
      'never-sent',
      async () => ({ url: `http://127.0.0.1:${await closedPort()}/`, [Symbol.asyncDispose]: async () => {} }),
    ],
    [
      'proves nothing once the request started',
      'unknown',
      async () => {
        const origin = await Origin.listen();
        origin.plays(processThenReset());
        return origin;
      },
    ],
  ])('%s', async (_, delivery, listen) => {
    await using origin = await listen();
    const agent = new Agent();

    const { outcome } = await post(origin.url, {}, { dispatcher: new Dispatcher1Wrapper(agent) });
    await agent.destroy();

    expect(outcome).toMatchObject({ delivery });
  });
});

describe('an attempt after one that sent a copy after its end', () => {
  /** Sends a second copy when the test says so. */
  function hedging(): FetchFunction & { again(): Promise<void> } {
    const later = Promise.withResolvers<void>();
    let hedged: Promise<void> | undefined;
    const native = globalThis.fetch as FetchFunction;
    const fetch: FetchFunction = async (input, init) => {
      hedged ??= later.promise.then(async () => void (await native(input, init)));
      return native(input, init);
    };
    const again = async (): Promise<void> => {
      later.resolve();
      await hedged;
    };
    return Object.assign(fetch, { again });
  }

  test.each([
    [false, 2, 'A copy of the request was sent after its attempt'],
    [true, 3, undefined],
  ])('is sent only if a duplicate does no harm: %s', async (repeatable, sent, message) => {
    await using origin = await Origin.listen();
    origin.plays(status(425));
    const fetch = hedging();
    const first = await post(origin.url, { fetch, repeatable });
    await fetch.again();
    const second = attemptOf(origin.url, { fetch, repeatable }, first.attempt);

    const { error, outcome } = await endOf(second, second.send(origin.url, { method: 'POST', body: 'order' }, false));

    expect(origin.requests).toHaveLength(sent);
    expect((error as Error | undefined)?.message).toBe(message);
    expect(outcome).toMatchObject(repeatable ? { status: 200 } : { type: 'failure', delivery: 'unknown' });
    expect(second.sentLater).toBe(true);
  });

  test('that failed ends with its error', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const fetch = hedging();
    const first = await post(origin.url, { fetch });
    await fetch.again();
    const second = attemptOf(origin.url, { fetch, repeatable: false }, first.attempt);

    const { error } = await endOf(second, second.send(origin.url, { method: 'POST', body: 'order' }, false));

    expect(error).toBe(first.error);
    expect(origin.requests).toHaveLength(2);
  });
});

describe('where fetch has no dispatchers, as in Bun and Deno,', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.doMock('../../src/fetch/dispatcher.ts', async (original) => ({
      ...((await original()) as object),
      hasDispatchers: () => false,
    }));
  });
  afterEach(() => {
    vi.doUnmock('../../src/fetch/dispatcher.ts');
    vi.resetModules();
  });

  async function send(url: string, options: Partial<FetchAttemptRequest>) {
    const fresh = await import('../support/attempt.ts');
    return fresh.post(url, options);
  }

  test.each([
    ['that is small and truncated is a failed attempt', 1000, true, 'truncated-body'],
    ['is handed over if a repeat could do harm', 1000, false, undefined],
    ['is handed over if it is longer', 999, true, undefined],
    ['is not read if that is turned off', 0, true, undefined],
  ])('a response %s', async (_, holdBytes, repeatable, kind) => {
    await using origin = await Origin.listen();
    origin.plays(truncate());

    const { response, outcome } = await send(origin.url, { holdBytes, repeatable });

    expect(outcome).toMatchObject(kind ? { kind, delivery: 'unknown' } : { type: 'response', unseenCopies: false });
    if (response) await expect(response.text()).rejects.toThrow('terminated');
  });

  test.each([
    [{ followsRedirects: false }, 'never-sent'],
    [{ followsRedirects: true }, 'unknown'],
    [{ followsRedirects: false, streamBody: true }, 'unknown'],
  ])('an error proves what it says alone, if nothing else can have caused it: %j', async (options, delivery) => {
    const { outcome } = await send(`http://127.0.0.1:${await closedPort()}/`, options);

    expect(outcome).toMatchObject({ type: 'failure', kind: 'network', delivery });
  });
});

describe('a safe request without anything of ours', () => {
  test("is not watched: fetch gets the caller's own arguments", async () => {
    await using origin = await Origin.listen();
    const attempt = attemptOf(origin.url, { method: 'GET', mayChange: false });

    const { outcome } = await endOf(attempt, attempt.send(origin.url, undefined, false));

    expect(outcome).toMatchObject({ status: 200, hop: undefined });
    expect(attempt.keyRemoved).toBe(false);
  });

  test.each([true, false])(
    'to a closed port proves by its error alone, unless redirects are followed: %s',
    async (follows) => {
      const url = `http://127.0.0.1:${await closedPort()}/`;
      const attempt = attemptOf(url, { method: 'GET', mayChange: false, followsRedirects: follows });

      const { outcome } = await endOf(attempt, attempt.send(url, undefined, false));

      expect(outcome).toMatchObject({ delivery: follows ? 'unknown' : 'never-sent' });
    },
  );

  test('to an invalid URL was never sent', async () => {
    const attempt = attemptOf('http://[', { method: 'GET', mayChange: false });

    const { outcome } = await endOf(attempt, attempt.send('http://[', undefined, false));

    expect(outcome).toMatchObject({ kind: 'programmer-error', delivery: 'never-sent' });
  });
});
