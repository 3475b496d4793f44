import { Origin, processThenReset, status } from '@twicesafe/testing';
import { rejectionOf } from '@twicesafe/testing/suites/client';
import { describe, expect, test } from 'vitest';
import { type RetryOptions, reportOf, withRetry, wrapFetch } from '../src/index.ts';

const judge = { outerRetries: 'judge', skipWaits: true } as const;
const file = new File(['bytes'], 'order.txt');

function form(value: string | Blob): FormData {
  const data = new FormData();
  data.append('order', value);
  return data;
}

type Body = NonNullable<RequestInit['body']>;

/** Sends POSTs one after another, whose first one is processed and cut off. Returns what arrived. */
async function post(options: RetryOptions, calls: readonly ((url: string) => [string | Request, RequestInit?])[]) {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());
  const fetch = wrapFetch(options);
  for (const call of calls) await fetch(...(call(origin.url) as [string, RequestInit])).catch(() => {});
  return origin.requests.map(({ text }) => text);
}

const withBody =
  (body: Body, more?: RequestInit) =>
  (url: string): [string, RequestInit] => [url, { method: 'POST', body, ...more }];
const asRequest =
  (body: Body) =>
  (url: string): [Request] => [new Request(url, { method: 'POST', body })];
const withoutBody = (url: string): [Request] => [new Request(url, { method: 'POST' })];
const made =
  (body: string) =>
  (url: string): [string, RequestInit] => [url, { method: 'POST', retry: { body: () => body } } as RequestInit];

describe('a second POST with another body is an order of its own', () => {
  test.each<[string, Body, Body]>([
    ['text', 'a', 'b'],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['a part of the same buffer', new Uint8Array([1, 2]).subarray(0, 1), new Uint8Array([1, 2]).subarray(1)],
    ['a buffer', new Uint8Array([1]).buffer, new Uint8Array([2]).buffer],
    ['numbers of two bytes', new Uint16Array([1]), new Uint16Array([257])],
    ['parameters', new URLSearchParams('a=1'), new URLSearchParams('a=2')],
    ['forms', form('a'), form('b')],
    ['forms with other files', form(new Blob(['x'])), form(new Blob(['y']))],
    ['blobs', new Blob(['x']), new Blob(['y'])],
    ['text that is invalid UTF-8 as bytes', new Uint8Array([0xff]), new Uint8Array([0xfe])],
  ])('%s', async (_, first, second) => {
    expect(await post(judge, [withBody(first), withBody(second)])).toHaveLength(2);
    expect(await post(judge, [asRequest(first), asRequest(second)])).toHaveLength(2);
  });

  test('by `retry.body`', async () => {
    expect(await post(judge, [made('a'), made('b')])).toEqual(['a', 'b']);
    expect(await post(judge, [made('a'), made('a')])).toEqual(['a', 'a']);
  });

  test('in the same object, changed in between', async () => {
    const bytes = new TextEncoder().encode('first');
    const changed = form('first');
    const change = <Target extends Body>(body: Target, how: (body: Target) => void) => [
      withBody(body),
      (url: string): [string, RequestInit] => {
        how(body);
        return [url, { method: 'POST', body }];
      },
    ];

    expect(
      await post(
        judge,
        change(bytes, (each) => each.fill(0)),
      ),
    ).toHaveLength(2);
    expect(
      await post(
        judge,
        change(changed, (each) => each.set('order', 'other')),
      ),
    ).toHaveLength(2);
  });

  test('even if the caller changes it before the first one ends', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const fetch = wrapFetch(judge);
    const bytes = new TextEncoder().encode('first');

    const sent = rejectionOf(fetch(origin.url, { method: 'POST', body: bytes }));
    bytes.set(new TextEncoder().encode('other'));
    await sent;
    await fetch(origin.url, { method: 'POST', body: bytes });

    expect(origin.requests.map(({ text }) => text)).toEqual(['first', 'other']);
  });
});

describe('a second POST with the same body is not sent', () => {
  const params = 'a=1';
  const files = form(file);
  test.each<[string, () => Body]>([
    ['text', () => 'order'],
    ['bytes', () => new Uint8Array([1, 2])],
    ['parameters', () => new URLSearchParams(params)],
    ['a form', () => form('a')],
    ['a form with the same file', () => files],
    ['the same blob', () => file],
  ])('%s', async (_, body) => {
    expect(await post(judge, [withBody(body()), withBody(body())])).toHaveLength(1);
  });

  test('also as a Request, whose body is read before', async () => {
    const bytes = () => new TextEncoder().encode('order');

    expect(await post(judge, [asRequest(bytes()), asRequest(bytes())])).toEqual(['order']);
    expect(await post(judge, [asRequest(form('a')), asRequest(form('b'))])).toHaveLength(2);
    expect(await post(judge, [withoutBody, asRequest('order')])).toHaveLength(2);
    expect(await post(judge, [withoutBody, withoutBody])).toHaveLength(1);
  });

  test('also as the init of a Request, whose own body is not sent', async () => {
    const of = (body: string) => (url: string) => [...asRequest('order')(url), { body }] as [Request, RequestInit];

    expect(await post(judge, [of('a'), of('b')])).toEqual(['a', 'b']);
    expect(await post(judge, [of('a'), of('a')])).toEqual(['a']);
  });
});

test.each<[string, RetryOptions]>([
  ['judged', judge],
  ['counted by its headers', { skipWaits: true }],
])('an SDK that aborts in doubt gets the same outcome when it repeats the call: %s', async (_, options) => {
  await using origin = await Origin.listen();
  origin.plays({ ...processThenReset(), name: 'hang' });
  const fetch = wrapFetch(options);
  const controller = new AbortController();
  const init = (attempt: number) => ({
    method: 'POST',
    body: 'order',
    headers: { 'x-stainless-retry-count': String(attempt) },
  });

  const sent = rejectionOf(fetch(origin.url, { ...init(0), signal: controller.signal }));
  await origin.received(1);
  controller.abort(new Error('the time of the SDK is over'));
  await sent;
  const repeated = await rejectionOf(fetch(origin.url, init(1)));

  expect(origin.requests).toHaveLength(1);
  expect(repeated.message).toBe('the time of the SDK is over');
  expect(reportOf(repeated)).toMatchObject({ effect: 'maybe-applied', decision: { reason: 'outer-retry-refused' } });
});

test('two keys are two orders, and so are two equal calls at once', async () => {
  await using origin = await Origin.listen({ respond: () => status(500) });
  const fetch = wrapFetch({ ...judge, maxAttempts: 1 });
  const order = (idempotencyKey?: string) =>
    fetch(origin.url, { method: 'POST', body: 'order', ...(idempotencyKey && { retry: { idempotencyKey } }) });

  await order('order-1');
  await order('order-2');
  await Promise.all([order(), order()]);

  const keys = origin.requests.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual(['order-1', 'order-2', undefined, undefined]);
});

test('withRetry carries its key to no second request whose body cannot be compared', async () => {
  await using origin = await Origin.listen();
  const fetch = wrapFetch({ skipWaits: true });

  await withRetry({ idempotencyKey: 'order-7' }, async () => {
    for (const body of ['a', 'b']) await fetch(new Request(origin.url, { method: 'POST', body }));
  });

  expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', undefined]);
});
