import { request as nodeRequest } from 'node:http';
import { closedPort, listenersOf, Origin, processThenReset, redirect, serve, status } from '@twicesafe/testing';
import {
  Agent,
  Dispatcher,
  getGlobalDispatcher,
  Pool,
  setGlobalDispatcher,
  Request as UndiciRequest,
  fetch as undiciFetch,
} from 'undici';
import { describe, expect, test, vi } from 'vitest';
import { keys, reportOf, withRetry, wrapFetch } from '../src/index.ts';

const soon = { backoff: () => 1 };
const post = { method: 'POST', body: 'order' };
const undici = wrapFetch(undiciFetch as unknown as typeof fetch, soon);

async function settle(sent: Promise<Response>): Promise<unknown> {
  return sent.catch((error: unknown) => error);
}

/** Sends through node:http, and says nothing before it failed, as `failed` says. */
class Silent extends Dispatcher {
  readonly #then: string | undefined;

  constructor(then?: string) {
    super();
    this.#then = then;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const fail = (error: Error): void => handler.onResponseError?.({} as never, error);
    const first = nodeRequest(`${String(options.origin)}${options.path}`, { method: options.method });
    first.on('error', (error) =>
      this.#then === undefined ? fail(error) : nodeRequest(this.#then).on('error', fail).end(),
    );
    first.end('order');
    return true;
  }
}

describe('a dispatcher proves nothing if it is not only that of undici', () => {
  class ProxyAgent extends Silent {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      return super.dispatch(options, handler);
    }
  }
  const hidden = (dispatch: Dispatcher['dispatch']): Dispatcher['dispatch'] => {
    return (options, handler) => dispatch(options, Object.create(handler, { onRequestStart: { value: () => {} } }));
  };

  test.each<[string, (refusing: string) => Dispatcher]>([
    ['an Agent whose factory makes another one', () => new Agent({ factory: () => new Silent() })],
    [
      'an Agent whose factory composes',
      () => new Agent({ factory: (url, given) => new Pool(url, given ?? {}).compose(hidden) }),
    ],
    ['a class of that name', () => new ProxyAgent()],
    ['one that tries another server, which refuses', (refusing) => new Silent(refusing)],
  ])('%s: the POST is applied once', async (_, make) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const dispatcher = make(`http://127.0.0.1:${await closedPort()}/`);

    const settled = await settle(undici(origin.url, { ...post, dispatcher } as never));

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(settled)?.effect).toBe('maybe-applied');
  });
});

describe('a key is no permission at another origin', () => {
  const scheme = { ...soon, idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) };

  test.each<[string, (url: string) => Promise<Response>]>([
    ['written by hand', (url) => wrapFetch(soon)(url, { ...post, headers: { 'Idempotency-Key': 'mine' } })],
    [
      'through a patched fetch',
      (url) => wrapFetch((input: string, init?: RequestInit) => fetch(input, init), scheme)(url, post),
    ],
  ])('%s', async (_, send) => {
    await using other = await Origin.listen();
    other.plays(...Array.from({ length: 3 }, () => status(503, { applies: true })));
    await using origin = await Origin.listen({ respond: () => redirect(307, other.url) });

    await settle(send(origin.url));

    expect(other.requests).toHaveLength(1);
  });
});

test('a 425 after a redirect that leads back refuses nothing', async () => {
  await using origin = await Origin.listen({
    respond: () => (origin.requests.length % 2 === 1 ? redirect(307, '/') : status(425)),
  });

  const settled = await settle(wrapFetch(soon)(origin.url, post));

  expect(origin.requests).toHaveLength(2);
  expect(reportOf(settled)?.effect).toBe('maybe-applied');
});

describe('every attempt has the same header fields', () => {
  class Authorized extends Headers {
    constructor(token: string) {
      super({ authorization: `Bearer ${token}` });
    }
  }

  test.each<[string, () => HeadersInit]>([
    ['an iterator', () => new Map([['authorization', 'Bearer token']]).entries() as never],
    ['a class derived from Headers', () => new Authorized('token')],
  ])('%s', async (_, headers) => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(503));

    await wrapFetch({ ...soon, attemptHeader: 'X-Attempt' })(origin.url, { method: 'PUT', headers: headers() });

    expect(origin.requests.map((each) => each.headers.authorization)).toEqual(Array(3).fill('Bearer token'));
  });
});

test('a method that is no text is read once', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(500));
  let reads = 0;
  const method = { toString: () => (reads++ === 0 ? 'POST' : 'PUT') };

  await wrapFetch(soon)(origin.url, { method: method as never, body: 'order' });

  expect(origin.requests.map((each) => each.method)).toEqual(['POST']);
});

test('bytes that the caller uses again are sent as they were', async () => {
  const sent: string[] = [];
  const mock = async (_url: string, init?: RequestInit): Promise<Response> => {
    await Promise.resolve();
    sent.push(new TextDecoder().decode(init?.body as Uint8Array));
    return new Response(null, { status: sent.length === 1 ? 503 : 200 });
  };
  const bytes = new TextEncoder().encode('first');
  const ending = wrapFetch(mock, soon)('http://origin.test/', { method: 'PUT', body: bytes });
  bytes.fill(0);
  await ending;

  expect(sent).toEqual(['first', 'first']);
});

test('a key that withRetry carries is for one request and its repeats', async () => {
  await using origin = await Origin.listen();
  const fetch = wrapFetch(soon);

  await withRetry({ idempotencyKey: 'order-7' }, async () => {
    for (const body of ['a', 'b', 'a']) await fetch(origin.url, { method: 'POST', body });
  });

  expect(origin.requests.map((each) => each.headers['idempotency-key'])).toEqual(['order-7', undefined, 'order-7']);
});

test("one user's outcome is never another's", async () => {
  await using origin = await Origin.listen();
  origin.plays(status(500), status(500));
  const fetch = wrapFetch({ ...soon, outerRetries: 'judge' });

  for (const user of ['alice', 'bob'])
    await fetch(origin.url, { ...post, headers: { authorization: `Bearer ${user}` } });

  expect(origin.requests).toHaveLength(2);
});

test('later changes to a rule have no effect', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const method = ['PUT'];
  const fetch = wrapFetch({ ...soon, rules: [{ method, repeat: 'never' }] });
  method.pop();

  await fetch(origin.url, { method: 'PUT' });

  expect(origin.requests).toHaveLength(1);
});

test('a global dispatcher that an interceptor installs while a Request is sent stays', async () => {
  await using origin = await Origin.listen();
  const before = getGlobalDispatcher();
  const next = new Agent();
  setGlobalDispatcher(
    new Agent().compose((dispatch) => (options, handler) => {
      setGlobalDispatcher(next);
      return dispatch(options, handler);
    }),
  );

  await undici(new UndiciRequest(origin.url, { method: 'PUT', body: 'x' }) as never);
  const after = getGlobalDispatcher();
  setGlobalDispatcher(before);

  expect(after).toBe(next);
  await next.close();
});

test('an object that gives another URL the second time is read once', async () => {
  await using origin = await Origin.listen();
  let reads = 0;
  const target = { toString: () => `${origin.url}/${reads++}` };

  const response = await wrapFetch(soon)(target as never, { method: 'PUT' });

  expect(new URL(response.url).pathname).toMatch(/0$/);
});

test('a 204 with a content length is returned as by bare fetch', async () => {
  await using server = await serve(({ socket }) =>
    socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello'),
  );

  const response = await wrapFetch(soon)(server.url, { method: 'PUT' });

  expect(response.status).toBe(204);
});

test.each([{}, { attemptTimeoutMs: 60_000 }, { deadlineMs: 60_000 }])(
  'an abort is answered at once, though the fetch ignores its signal: %o',
  async (limits) => {
    const reason = new Error('left');
    const controller = new AbortController();
    const late = Promise.withResolvers<Response>();
    const wrapped = wrapFetch((() => late.promise) as typeof fetch, limits);

    const sent = settle(wrapped('http://api.test/', { ...post, signal: controller.signal }));
    controller.abort(reason);

    expect(await sent).toBe(reason);
    expect(reportOf(reason)).toMatchObject({ decision: { reason: 'aborted' }, effect: 'maybe-applied' });
    expect(listenersOf(controller.signal)).toBe(0);
    const body = new ReadableStream({ cancel: () => void reached.push('canceled') });
    const reached: string[] = [];
    late.resolve(new Response(body));
    await vi.waitFor(() => expect(reached).toEqual(['canceled']));
  },
);

test.each([{}, { attemptTimeoutMs: 60_000 }])('a lazy promise sends once: %o', async (limits) => {
  await using origin = await Origin.listen();
  const native = globalThis.fetch;
  const lazily = ((...call: Parameters<typeof fetch>) => ({
    // biome-ignore lint/suspicious/noThenProperty: a query builder that sends when it is awaited
    then: (...settle: Parameters<Promise<Response>['then']>) => native(...call).then(...settle),
  })) as unknown as typeof fetch;

  const response = await wrapFetch(lazily, limits)(origin.url, post);

  expect(origin.applied).toEqual(['POST']);
  expect(reportOf(response)?.effect).toBe('applied');
});

test('answers an abort by an event listener although the fetch ignores its signal', async () => {
  const controller = new AbortController();
  const onEvent = () => controller.abort('left');
  const wrapped = wrapFetch(() => new Promise<never>(() => {}), { onEvent });

  expect(await settle(wrapped('http://api.test/', { ...post, signal: controller.signal }))).toBe('left');
});

/** Until the end of the block every object has this member. */
function everyObject(name: string, value: unknown): Disposable {
  Object.defineProperty(Object.prototype, name, { value, configurable: true });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(Object.prototype, name) };
}

describe('a member that every object inherits permits nothing', () => {
  test('retry', async () => {
    const inner = vi.fn(async () => new Response(null, { status: 503 }));
    using _ = everyObject('retry', { idempotent: true });

    await wrapFetch(inner, soon)('http://origin.test/', { method: 'POST' });

    expect(inner).toHaveBeenCalledOnce();
  });

  test('method, beside that of a Request', async () => {
    const inner = vi.fn(async () => new Response(null, { status: 503 }));
    const request = new Request('http://origin.test/', post);
    using _ = everyObject('method', 'PUT');

    await wrapFetch(inner, soon)(request);

    expect(inner).toHaveBeenCalledOnce();
  });
});
