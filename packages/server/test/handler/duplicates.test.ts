import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { created, createPayments, seen } from '../support/payments.ts';

describe('of many requests with one key', () => {
  test('one runs, and the others get its response while they wait for it', async () => {
    const api = createPayments({}, async () => {
      await setTimeout(30);
      return created();
    });

    const responses = await Promise.all(Array.from({ length: 50 }, () => api.pay('"k"')));

    expect(api.effects).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(responses.filter(({ headers }) => headers.has('idempotent-replayed'))).toHaveLength(49);
  });

  test('the others get 409 if it takes too long', async () => {
    const gate = createGate();
    const api = createPayments({ waitMs: 0 }, () => gate.opened.then(created));

    const first = api.pay('k');
    const second = await api.pay('k');
    gate.open();

    expect(await seen(second)).toEqual([409, false, 'in-flight']);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await seen(await first)).toEqual([201, false]);
    expect(await seen(await api.pay('k'))).toEqual([201, true]);
    expect(api.effects).toHaveLength(1);
  });

  test('a 409 says when a server that stopped is noticed', async () => {
    const gate = createGate();
    const api = createPayments({ waitMs: 0, leaseMs: 27_000 }, () => gate.opened.then(created));

    const first = api.pay('k');
    const second = await api.pay('k');
    gate.open();
    await first;

    expect(await second.json()).toMatchObject({
      detail: 'Send the same request again. If the server of the first one stopped, this is noticed within 27 s.',
    });
  });

  test('a replay has the status, headers and bytes of the first response', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const headers = { 'Content-Type': 'image/png', Location: '/payments/7', 'X-Own': 'yes' };
    const api = createPayments({}, () => new Response(bytes, { status: 202, statusText: 'Later', headers }));
    const first = await api.pay('k');

    const replay = await api.pay('k');

    expect([first.status, replay.status, replay.statusText]).toEqual([202, 202, 'Later']);
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(bytes);
    expect(new Uint8Array(await replay.arrayBuffer())).toEqual(bytes);
    expect([...replay.headers]).toEqual([...first.headers, ['idempotent-replayed', 'true']].sort());
  });

  test.each([204, 205, 304])('a %i without a body is replayed without one', async (status) => {
    const api = createPayments({}, () => new Response(null, { status }));
    await api.pay('k');

    const replay = await api.pay('k');

    expect([replay.status, replay.body]).toEqual([status, null]);
  });

  test('a replay gains no content type', async () => {
    const api = createPayments({}, () => new Response(new TextEncoder().encode('\uFEFFplain')));
    await api.pay('k');

    const replay = await api.pay('k');

    expect(replay.headers.get('content-type')).toBeNull();
    expect(await replay.bytes()).toEqual(new TextEncoder().encode('\uFEFFplain'));
  });

  test('a replay omits headers of the first client, connection or moment', async () => {
    const dropped = {
      'Set-Cookie': 'session=1',
      Connection: 'X-Hop',
      'X-Hop': 'this connection only',
      'Transfer-Encoding': 'chunked',
      Date: 'Sun, 06 Nov 1994 08:49:37 GMT',
      Age: '7',
      'Retry-After': '7',
      'Access-Control-Allow-Origin': 'https://first.example',
      'RateLimit-Remaining': '7',
      'X-RateLimit-Reset': '7',
      traceparent: '00-1-1-00',
      'X-Request-Id': '7',
    };
    const api = createPayments({}, () => new Response('paid', { headers: { ...dropped, ETag: '"7"' } }));
    await api.pay('k');

    const replay = await api.pay('k');

    expect([...replay.headers]).toEqual([
      ['content-type', 'text/plain;charset=UTF-8'],
      ['etag', '"7"'],
      ['idempotent-replayed', 'true'],
    ]);
  });

  test('the first response keeps both of its cookies', async () => {
    const headers = new Headers([
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ]);
    const api = createPayments({}, () => new Response('paid', { headers }));

    const first = await api.pay('k');

    expect(first.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

describe('a key that returns', () => {
  test.each([
    ['with another body', { body: '{"cents":9}' }],
    ['with a body that means the same', { body: '{ "cents": 1200 }' }],
    ['with another content type', { headers: { 'content-type': 'text/plain' } }],
    ['on another path', { path: '/refunds' }],
    ['with another query', { path: '?retry=1' }],
    ['with another method', { method: 'PATCH' }],
  ])('%s is refused with 422, and the first response stays', async (_, change) => {
    const api = createPayments();
    await api.pay('k');

    expect(await seen(await api.pay('k', change))).toEqual([422, false, 'key-reused']);
    expect(await seen(await api.pay('k'))).toEqual([201, true]);
    expect(api.effects).toHaveLength(1);
  });

  test('with another body is refused while the first request is in flight, too', async () => {
    const gate = createGate();
    const api = createPayments({}, () => gate.opened.then(created));
    const first = api.pay('k');

    expect(await seen(await api.pay('k', { body: 'other' }))).toEqual([422, false, 'key-reused']);
    gate.open();

    expect((await first).status).toBe(201);
    expect(await seen(await api.pay('k'))).toEqual([201, true]);
  });

  test('from another tenant is another key', async () => {
    const api = createPayments({ scope: async (request) => request.headers.get('authorization') ?? '' });
    await api.pay('k', { headers: { authorization: 'one' } });

    expect(await seen(await api.pay('k', { headers: { authorization: 'two' } }))).toEqual([201, false]);
    expect(api.effects).toHaveLength(2);
  });

  test('cannot be imitated by a scope that ends as another key begins', async () => {
    const api = createPayments({ scope: (request) => request.headers.get('authorization') ?? '' });
    await api.pay('bc', { headers: { authorization: 'a' } });

    expect(await seen(await api.pay('c', { headers: { authorization: 'ab' } }))).toEqual([201, false]);
    expect(await seen(await api.pay('c', { headers: { authorization: 'a","b' } }))).toEqual([201, false]);
  });

  test('is judged by the fingerprint option where there is one', async () => {
    const api = createPayments({
      fingerprint: (_, body) => JSON.stringify(JSON.parse(new TextDecoder().decode(body))),
    });
    await api.pay('k');

    expect(await seen(await api.pay('k', { body: '{ "cents": 1200 }' }))).toEqual([201, true]);
    expect(await seen(await api.pay('k', { body: '{"cents":9}' }))).toEqual([422, false, 'key-reused']);
  });
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s runs as if there were no key', async (method) => {
  const api = createPayments({ required: true });

  for (let time = 0; time < 2; time += 1)
    expect(await seen(await api.pay('k', { method, body: null }))).toEqual([201, false]);
  expect(api.effects).toHaveLength(2);
});

test('a method that the options name honors keys', async () => {
  const api = createPayments({ methods: ['PUT'] });

  await api.pay('k', { method: 'PUT' });
  await api.pay('k', { method: 'PUT' });
  await api.pay('k');
  await api.pay('k');

  expect(api.effects).toHaveLength(3);
});

test("an error of a request without a key is the caller's", async () => {
  const api = createPayments({}, () => {
    throw new RangeError('own');
  });

  await expect(api.pay(undefined)).rejects.toThrow(new RangeError('own'));
});
