import { closedPort, Origin, redirect, rejectionOf, status } from '@twicesafe/testing';
import ky, { type Hooks, isHTTPError, type Options } from 'ky';
import { expect, test, vi } from 'vitest';
import { keys, reportOf, wrapKy } from '../src/index.ts';
import { stageFor } from './support.ts';

const busy = () => status(503);
const failing = () => [status(500), status(500), status(500), status(500)];
const methodsOf = ({ requests }: Origin) => requests.map(({ method }) => method);
const asPost = (request: Request) => new Request(request.url, { method: 'POST', body: '{}' });

/** Hooks that send a POST in place of the GET that the caller asked for. */
const POSTING: Readonly<Record<string, { hooks: Hooks; first: 'GET' | 'POST' }>> = {
  beforeRequest: { first: 'POST', hooks: { beforeRequest: [({ request }) => asPost(request)] } },
  beforeRetry: { first: 'GET', hooks: { beforeRetry: [({ request }) => asPost(request)] } },
  'ky.retry({ request })': {
    first: 'GET',
    hooks: {
      afterResponse: [
        ({ request, retryCount }) => (retryCount === 0 ? ky.retry({ request: asPost(request), delay: 1 }) : undefined),
      ],
    },
  },
};

test.each(Object.entries(POSTING))(
  'a POST that %s puts in place of a GET is sent once',
  async (_, { hooks, first }) => {
    await using stage = await stageFor({ hooks });
    stage.origin.plays(...failing());

    const error = await rejectionOf(stage.api.get('orders'));

    expect(methodsOf(stage.origin)).toEqual(first === 'POST' ? ['POST'] : ['GET', 'POST']);
    expect(reportOf(error)).toMatchObject({
      method: 'POST',
      effect: 'maybe-applied',
      decision: { reason: 'not-repeatable' },
    });
  },
);

test('a hook that leads to another origin drops the key and its permission', async () => {
  await using other = await Origin.listen();
  const beforeRetry: Hooks['beforeRetry'] = [
    ({ request }) => new Request(other.url, { method: request.method, body: '{}' }),
  ];
  await using stage = await stageFor(
    { hooks: { beforeRetry } },
    { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) },
  );
  stage.origin.plays(busy());
  other.plays(busy(), busy());

  await rejectionOf(stage.api.post('orders', { json: {} }));

  expect(stage.origin.requests[0]?.headers['idempotency-key']).toBeDefined();
  expect(other.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined]);
});

/** An afterResponse hook that answers in place of the origin, once. */
const answering = (from: number, code: number): Hooks => ({
  afterResponse: [({ response }) => (response.status === from ? new Response('', { status: code }) : undefined)],
});

test('a 200 that a hook turns into a 503 is retried, as ky does', async () => {
  let seen = 0;
  const once: Hooks = { afterResponse: [() => (seen++ === 0 ? new Response('', { status: 503 }) : undefined)] };
  await using stage = await stageFor({ hooks: once });

  const response = await stage.api.put('orders/7', { json: {} });

  expect(response.status).toBe(200);
  expect(stage.origin.requests).toHaveLength(2);
  expect(reportOf(response)).toMatchObject({
    attempts: [{ outcome: { status: 200 }, decision: { action: 'retry' } }, { outcome: { status: 200 } }],
    effect: 'applied',
  });
});

test.each([
  [200, 503, 'applied'],
  [500, 425, 'maybe-applied'],
  [500, 404, 'maybe-applied'],
  [404, 500, 'not-applied'],
  [200, 404, 'applied'],
])('a POST answered with %i, which a hook turns into %i, is sent once and was %s', async (code, shown, effect) => {
  await using stage = await stageFor({ hooks: answering(code, shown) });
  stage.origin.plays(status(code), status(code));

  const error = await rejectionOf(stage.api.post('orders', { json: {} }));

  expect(isHTTPError(error) && error.response.status).toBe(shown);
  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)?.effect).toBe(effect);
});

test("a refusal stays a refusal in the hook's own response", async () => {
  await using stage = await stageFor({ hooks: answering(425, 425) });
  stage.origin.plays(status(425));

  expect((await stage.api.post('orders', { json: {} })).status).toBe(200);
  expect(stage.origin.applied).toEqual(['POST']);
});

test('a failure that a hook turns into a success is none of the server', async () => {
  await using stage = await stageFor({ hooks: answering(404, 200) });
  stage.origin.plays(status(404));

  const response = await stage.api.post('orders', { json: {} });

  expect(response.status).toBe(200);
  expect(reportOf(response)).toMatchObject({ effect: 'not-applied', decision: { reason: 'final-status' } });
});

test('a fetch that makes a second call proves nothing by its error', async () => {
  const refused = `http://127.0.0.1:${await closedPort()}/`;
  const audited = async (input: string | URL | Request, init?: RequestInit) => {
    const response = await fetch(input, init);
    await fetch(refused);
    return response;
  };
  await using stage = await stageFor({ fetch: audited });

  const error = await rejectionOf(stage.api.post('orders', { json: {} }));

  expect(stage.origin.applied).toEqual(['POST']);
  expect(reportOf(error)?.effect).toBe('maybe-applied');
});

test("the error of the caller's body stream is not the connection's", async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  await using stage = await stageFor();
  async function* lines() {
    yield new TextEncoder().encode('one\n');
    await stage.origin.received(1);
    throw refused;
  }

  const error = await rejectionOf(stage.api.post('orders', { body: lines() as unknown as ReadableStream }));

  expect(stage.origin.requests).toHaveLength(1);
  expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
});

/** A dispatcher that announces no start, as some interceptors do. */
function silentDispatcher(): object {
  type Handler = Record<string, (...parameters: unknown[]) => unknown>;
  type Dispatcher = { dispatch(options: object, handler: Handler): boolean };
  const scope = globalThis as Record<symbol, unknown>;
  // Node 26 and later take handlers of the kind that undici 8 has.
  const baseOf = (handler: Handler): Dispatcher =>
    scope[Symbol.for(`undici.globalDispatcher.${handler.onRequestStart ? 2 : 1}`)] as Dispatcher;
  const silent = (handler: Handler): Handler =>
    new Proxy(handler, {
      get: (target, name) => (name === 'onConnect' || name === 'onRequestStart' ? () => {} : Reflect.get(target, name)),
    });
  return { dispatch: (options: object, handler: Handler) => baseOf(handler).dispatch(options, silent(handler)) };
}

/**
 * With a handler that does not hear of the start, undici 6 sends nothing, and undici 8 does not end when the body
 * fails.
 */
const needsStart = !process.versions.undici?.startsWith('7.');

test.skipIf(needsStart).each(['the option', 'a Request'])(
  'nor is it behind a dispatcher that announces nothing: %s',
  async (by) => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    // Nothing but ky's limit ends the attempt.
    await using stage = await stageFor({ dispatcher: silentDispatcher(), timeout: 300 } as Options);
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('one')),
      pull: async () => {
        await stage.origin.received(1);
        throw refused;
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as const;

    const error = await rejectionOf(
      by === 'the option' ? stage.api.post('orders', { body }) : stage.api(new Request(stage.origin.url, init)),
    );

    expect(stage.origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  },
);

test.each([421, 425, 503])('a %i of the target of a redirect refuses nothing', async (code) => {
  await using stage = await stageFor({}, { refusedStatuses: [421, 425, 503] });
  stage.origin.plays(redirect(303, `${stage.origin.url}/receipt`), status(code), status(code));

  const error = await rejectionOf(stage.api.post('orders', { json: {} }));

  // Node's fetch itself sends a request twice after a 421.
  expect(methodsOf(stage.origin).filter((method) => method === 'POST')).toHaveLength(1);
  expect(reportOf(error)).toMatchObject({ attempts: { length: 1 }, effect: 'maybe-applied' });
});

test('a used request of a hook fails as with ky itself, as one attempt', async () => {
  const used = new Request('http://a.test/', { method: 'PUT', body: 'x' });
  await used.text();
  const options = { retry: 0, hooks: { beforeRequest: [() => used] }, signal: new AbortController().signal };
  await using stage = await stageFor();
  const expected = await rejectionOf(ky.put(stage.origin.url, options));

  const error = await rejectionOf(stage.api.put('orders/7', options));

  expect(error.message).toBe(expected.message);
  expect(reportOf(error)).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'programmer-error' } });
});

test("a Request's key stays with its origin across a redirect", async () => {
  await using other = await Origin.listen();
  await using stage = await stageFor({}, { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) });
  stage.origin.plays(redirect(307, other.url));
  other.plays(busy(), busy());

  await rejectionOf(wrapKy(stage.api)(new Request(stage.origin.url, { method: 'POST', body: 'x' })));

  expect(other.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined]);
});

test('a copy that a fetch sends after its attempt takes the proof back', async () => {
  const late: Promise<Response>[] = [];
  const hedging = async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    const copy = (input as Request).clone();
    return fetch(input, init).catch((error) => {
      setImmediate(() => late.push(fetch(copy, init)));
      throw error;
    });
  };
  await using stage = await stageFor({ fetch: hedging as typeof fetch }, { backoff: () => 50 });
  await stage.origin.refuses(1);

  const error = await rejectionOf(stage.api.post('orders', { json: {} }));
  await vi.waitFor(() => expect(late).toHaveLength(1));
  await Promise.all(late);

  expect(stage.origin.applied).toEqual(['POST']);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ delivery: 'never-sent' }, { delivery: 'unknown' }],
    effect: 'maybe-applied',
  });
});
