import { closedPort, Origin, rejectionOf, status } from '@twicesafe/testing';
import { describe, expect, test, vi } from 'vitest';
import { createRetryPolicy, reportOf, wrapFetch } from '../src/index.ts';

const soon = { backoff: () => 1 };
/** A fetch that answers with these statuses, one after the other, and then with 200. */
const answering = (...statuses: number[]) => vi.fn(async () => new Response(null, { status: statuses.shift() ?? 200 }));

test('without trouble the very response of the wrapped fetch comes back', async () => {
  const response = new Response('ok');
  const fetch = wrapFetch(async () => response);

  expect(await fetch('http://origin.test/')).toBe(response);
});

test('without a retry the very error of the wrapped fetch comes back', async () => {
  const error = new TypeError('fetch failed', { cause: new Error('reset') });
  const fetch = wrapFetch(() => Promise.reject(error));

  expect(await rejectionOf(fetch('http://origin.test/', { method: 'POST' }))).toBe(error);
});

test('a fetch that throws at once rejects, as an async function does', async () => {
  const fetch = wrapFetch(() => {
    throw new TypeError('no fetch here');
  });

  expect((await rejectionOf(fetch('http://origin.test/'))).message).toBe('no fetch here');
});

test('passes other members of init through, and never its own option', async () => {
  const inner = answering();
  const init = { method: 'PUT', cache: 'no-store', custom: 7, retry: { idempotent: true } } as const;

  await wrapFetch(inner)('http://origin.test/', init);

  const [, sent] = inner.mock.calls[0] as unknown as [string, object];
  expect(sent).toMatchObject({ method: 'PUT', cache: 'no-store', custom: 7 });
  expect(sent).not.toHaveProperty('retry');
});

test('the fetch of the global scope is looked up at each call', async () => {
  const inner = answering();
  const fetch = wrapFetch();
  vi.stubGlobal('fetch', inner);

  await fetch('http://origin.test/');

  expect(inner).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

test('a wrapped fetch can take the place of the global one', async () => {
  const inner = answering(503);
  vi.stubGlobal('fetch', inner);
  vi.stubGlobal('fetch', wrapFetch(undefined, soon));

  expect((await globalThis.fetch('http://origin.test/')).status).toBe(200);
  expect(inner).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});

test('wrapping twice uses the last policy and multiplies no attempts', async () => {
  const inner = answering(503, 503, 503, 503, 503, 503, 503, 503, 503);
  const twice = wrapFetch(wrapFetch(inner, { ...soon, maxAttempts: 3 }), { ...soon, maxAttempts: 2 });

  expect((await twice('http://origin.test/')).status).toBe(503);
  expect(inner).toHaveBeenCalledTimes(2);
});

test.each([{}, { onEvent: () => {} }])(
  'fetch is called as a function: browsers refuse it as a method: %j',
  async (options) => {
    const seen: unknown[] = [];
    const inner = async function (this: unknown): Promise<Response> {
      seen.push(this);
      return new Response(null, { status: 503 });
    };

    await wrapFetch(inner, { ...soon, ...options })('http://origin.test/');

    expect(seen).toEqual([undefined, undefined, undefined]);
  },
);

test("every attempt sends the original request, even if the caller's objects change", async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const url = new URL('orders', origin.url);
  const headers: Record<string, string> = { 'x-mark': 'one' };
  const init = { method: 'PUT', body: 'one', headers };

  const sent = wrapFetch(undefined, soon)(url, init);
  url.pathname = '/changed';
  headers['x-mark'] = 'two';
  init.method = 'POST';
  init.body = 'two';
  await sent;

  expect(origin.requests.map(({ method, target, text, headers }) => [method, target, text, headers['x-mark']])).toEqual(
    [
      ['PUT', '/orders', 'one', 'one'],
      ['PUT', '/orders', 'one', 'one'],
    ],
  );
});

test('methods are normalised as fetch does it: put is PUT, patch is not PATCH', async () => {
  const inner = answering(503, 200, 503, 200);
  const fetch = wrapFetch(inner, soon);

  expect((await fetch('http://origin.test/', { method: 'put' })).status).toBe(200);
  expect((await fetch('http://origin.test/', { method: 'patch' })).status).toBe(503);
});

test('a Request can serve as init', async () => {
  const inner = answering(503);
  const init = new Request('http://origin.test/', { method: 'DELETE', headers: { 'x-mark': 'one' } });

  const response = await wrapFetch(inner, { ...soon, innerRetries: 'none' })('http://origin.test/7', init);

  expect(reportOf(response)).toMatchObject({ method: 'DELETE', url: 'http://origin.test/7', effect: 'applied' });
  expect(inner).toHaveBeenCalledTimes(2);
});

test('an init of a class can have its own retry, and adds no member', async () => {
  const inner = answering(503);
  class Init {
    get method() {
      return 'PUT';
    }
    get retry() {
      return { maxAttempts: 1 };
    }
  }

  expect((await wrapFetch(inner, soon)('http://origin.test/', new Init())).status).toBe(503);
  expect(inner.mock.calls).toStrictEqual([['http://origin.test/', { method: 'PUT' }]]);
});

test('retry: false sends once', async () => {
  const inner = answering(503);

  expect((await wrapFetch(inner)('http://origin.test/', { retry: false })).status).toBe(503);
  expect(inner).toHaveBeenCalledOnce();
});

test.each([
  [{ maxAttempts: 1 }, 1],
  [{ maxAttempts: 5 }, 5],
  [{ idempotent: false }, 1],
])('options of one request override the policy: %j', async (retry, attempts) => {
  const inner = answering(503, 503, 503, 503, 503, 503);

  await wrapFetch(inner, soon)('http://origin.test/', { retry });

  expect(inner).toHaveBeenCalledTimes(attempts);
});

test.each([
  [{ idempotencyKey: 'a' }, /idempotencyKey belongs in init\.retry/],
  [{ retry: { maxAttempts: 0 } }, /maxAttempts must be a whole number from 1 to 1000, not 0/],
  [{ retry: { maxAttempt: 3 } }, /retry has no member "maxAttempt"/],
  [{ retry: { body: 'text' } }, /init\.retry\.body must be a function/],
  [{ method: 'PUT', body: 'a', retry: { body: () => 'b' } }, /not both/],
])('rejects an invalid option before sending anything: %j', async (init, message) => {
  const inner = answering();

  expect((await rejectionOf(wrapFetch(inner)('http://origin.test/', init as object))).message).toMatch(message);
  expect(inner).not.toHaveBeenCalled();
});

test.each([
  ['options first and second', [{ maxAttempts: 3 }, {}], /wrapFetch takes the fetch to wrap first/],
  ['an unknown option', [fetch, { retries: 3 }], /options has no member "retries"/],
  ['NaN', [fetch, { deadlineMs: Number.NaN }], /deadlineMs must be a number from 1 to 2147483647, not NaN/],
])('bad input is refused at once: %s', (_, parameters, message) => {
  expect(() => (wrapFetch as (...parameters: unknown[]) => unknown)(...parameters)).toThrow(message);
});

test('clients that share a policy share its budget', async () => {
  const policy = createRetryPolicy({ ...soon, budget: { countsEverySuccess: false, open: () => poor } });
  const poor = { canWithdraw: () => false, withdraw() {}, failed() {}, succeeded() {}, isFull: false };

  const first = await wrapFetch(answering(503), policy)('http://origin.test/');
  const second = await wrapFetch(answering(503), policy)('http://origin.test/');

  expect([reportOf(first), reportOf(second)]).toMatchObject([
    { decision: { reason: 'budget-exhausted' } },
    { decision: { reason: 'budget-exhausted' } },
  ]);
});

test('a success keeps no body in memory, and builds its report on demand', async () => {
  const fetch = wrapFetch(answering(), { innerRetries: 'none' });

  const response = await fetch('http://origin.test/orders?a=1', { method: 'post', body: 'order' });

  expect(reportOf(response)).toMatchObject({
    method: 'POST',
    url: 'http://origin.test/orders?a=REDACTED',
    attempts: [{ number: 1, startMs: 0, outcome: { status: 200 }, delivery: 'answered' }],
    effect: 'applied',
    effectReason: 'success-response',
  });
  expect(reportOf(response)).toEqual(reportOf(response));
});

test("reportOf returns undefined for objects it doesn't know", () => {
  expect(reportOf(new Response())).toBeUndefined();
  expect(reportOf(undefined)).toBeUndefined();
});

test('in no-cors mode a POST is not repeated: its key would not arrive', async () => {
  const inner = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')));
  const fetch = wrapFetch(inner, soon);
  const init = { mode: 'no-cors', headers: { 'idempotency-key': 'a' } } as const;

  await rejectionOf(fetch('http://origin.test/', { ...init, method: 'POST' }));
  expect(inner).toHaveBeenCalledTimes(1);
  await rejectionOf(fetch('http://origin.test/', { ...init, method: 'POST', retry: { idempotent: true } }));
  expect(inner).toHaveBeenCalledTimes(4);
});

test.each([{}, { onEvent: () => {} }])('an abort that comes together with the answer wins: %j', async (options) => {
  const controller = new AbortController();
  const reason = new Error('mine');
  const fetch = wrapFetch(async () => {
    controller.abort(reason);
    return new Response();
  }, options);

  const error = await rejectionOf(fetch('http://origin.test/', { signal: controller.signal }));

  expect(error).toBe(reason);
  expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'aborted' });
});

test('reports every success to a budget that counts them all', async () => {
  const succeeded = vi.fn();
  const account = { canWithdraw: () => true, withdraw() {}, failed() {}, succeeded, isFull: false };
  const fetch = wrapFetch(answering(), { budget: { countsEverySuccess: true, open: () => account } });

  const response = await fetch('http://origin.test/');
  await fetch('http://origin.test/');

  expect(succeeded.mock.calls.map(([retried]) => retried)).toEqual([false, false]);
  expect(reportOf(response)).toMatchObject({ effect: 'not-applied', attempts: { length: 1 } });
});

test.each([{ retry: 2 }, { retry: true }, { retry: 'twice' }, { retry: { limit: 3, methods: ['get'] } }])(
  "another library's member is passed on, and changes nothing: %j",
  async (init) => {
    const inner = answering(503);

    const response = await wrapFetch(inner, soon)('http://origin.test/', init as object);

    expect(response.status).toBe(200);
    expect(inner).toHaveBeenNthCalledWith(1, 'http://origin.test/', init);
  },
);

test('options alone wrap the global fetch', async () => {
  vi.stubGlobal('fetch', answering(503, 503, 503));

  const response = await wrapFetch({ ...soon, maxAttempts: 2 })('http://origin.test/');

  expect(reportOf(response)?.attempts).toHaveLength(2);
  vi.unstubAllGlobals();
});

// Stryker wraps functions, and so takes their names.
test.skipIf('__stryker__' in globalThis)('has the name and the number of parameters of fetch', () => {
  const { name, length } = wrapFetch();

  expect({ name, length }).toEqual({ name: fetch.name, length: fetch.length });
});

test('the signal null removes that of a Request', async () => {
  const request = new Request('http://origin.test/', { signal: AbortSignal.abort(new Error('mine')) });

  expect((await rejectionOf(wrapFetch(answering())(request))).message).toBe('mine');
  expect((await wrapFetch(answering())(request, { signal: null })).status).toBe(200);
});

test.each([
  [undefined, 'unknown'],
  ['follow', 'unknown'],
  ['manual', 'never-sent'],
  ['error', 'never-sent'],
] as const)('with redirect %s a refused connection says of a GET: %s', async (redirect, delivery) => {
  const url = `http://127.0.0.1:${await closedPort()}/`;
  const init = (redirect && { redirect }) as RequestInit;
  const fetch = wrapFetch({ bufferResponseBytes: 0, maxAttempts: 1 });

  for (const sent of [fetch(url, init), fetch(new Request(url, init))])
    expect(reportOf(await rejectionOf(sent))?.attempts).toMatchObject([{ delivery }]);
});

describe('the first attempt is sent at once', () => {
  const request = (init: RequestInit) => (): [Request] => [new Request('http://origin.test/', init)];
  const order = { method: 'POST', body: 'order' };

  test.each<[string, 'judge' | 'off', () => [string | Request, RequestInit?]]>([
    ['a body that can be seen', 'judge', () => ['http://origin.test/', order]],
    ['the body of a Request that is not compared', 'off', request(order)],
    ['a GET', 'judge', request({})],
    ['a HEAD', 'judge', request({ method: 'HEAD' })],
  ])('%s', async (_, outerRetries, call) => {
    // Firefox shows no body of a Request.
    for (const body of [null, undefined]) {
      const shown = vi.spyOn(Request.prototype, 'body', 'get');
      if (body === undefined) shown.mockReturnValue(undefined as never);
      const inner = answering(500);
      const fetch = wrapFetch(inner, { outerRetries });
      // A call that ended without success may be repeated by the next one.
      await fetch('http://origin.test/failed', order);

      const sent = fetch(...(call() as [string]));

      expect(inner).toHaveBeenCalledTimes(2);
      await sent;
      vi.restoreAllMocks();
    }
  });
});

test('an inner wrapped fetch that has nothing to add passes the call on as it is', async () => {
  const inner = answering();
  const wrapped = wrapFetch(inner) as typeof fetch;

  await wrapFetch(((input, init) => wrapped(input, init)) as typeof fetch)('http://origin.test/');

  expect(inner.mock.calls).toStrictEqual([['http://origin.test/', undefined]]);
});
