import { describe, expect, test } from 'vitest';
import { createPayments, seen, URL_OF_API } from '../support/payments.ts';

const MEBIBYTE = 1_048_576;

describe('a request body', () => {
  test('reaches the handler byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const api = createPayments({}, async (request) => new Response(await request.arrayBuffer()));

    const response = await api.pay('k', { body: bytes });

    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  test.each([
    ['a string', (): BodyInit => 'x'.repeat(MEBIBYTE + 1)],
    ['a stream', (): BodyInit => new Blob(['x'.repeat(MEBIBYTE + 1)]).stream()],
  ])('of more than 1 MiB (%s) is refused with 413', async (_, body) => {
    const api = createPayments();
    const request = new Request(URL_OF_API, {
      method: 'POST',
      body: body(),
      headers: { 'idempotency-key': 'k' },
      duplex: 'half',
    } as RequestInit);

    expect(await seen(await api.handle(request))).toEqual([413, false, 'request-too-large']);
    expect(await seen(await api.pay('k'))).toEqual([201, false]);
    expect(api.effects).toEqual(['{"cents":1200}']);
  });

  test('that announces too much is refused before it is read', async () => {
    const api = createPayments({ maxRequestBytes: 10 });

    const response = await api.pay('k', { headers: { 'content-length': '11' }, body: 'short' });

    expect(await seen(response)).toEqual([413, false, 'request-too-large']);
  });

  test('of 5 MB is processed and answered where the limits allow', async () => {
    const body = 'x'.repeat(5_000_000);
    const limits = { maxRequestBytes: 6_000_000, maxResponseBytes: 6_000_000 };
    const api = createPayments(limits, async (request) => new Response(await request.arrayBuffer()));
    await api.pay('k', { body });

    const replay = await api.pay('k', { body });

    expect([replay.headers.get('idempotent-replayed'), await replay.text()]).toEqual(['true', body]);
  });

  test('that breaks off is refused with 400, and nothing runs', async () => {
    const api = createPayments();
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    const init = { method: 'POST', body, headers: { 'idempotency-key': 'k' }, duplex: 'half' };

    expect(await seen(await api.handle(new Request(URL_OF_API, init as RequestInit)))).toEqual([
      400,
      false,
      'request-incomplete',
    ]);
    expect(await seen(await api.pay('k'))).toEqual([201, false]);
  });

  test('that was read before is an error with advice', async () => {
    const api = createPayments();
    const request = new Request(URL_OF_API, { method: 'POST', body: '{}', headers: { 'idempotency-key': 'k' } });
    await request.text();

    const response = await api.handle(request);

    expect(await response.json()).toMatchObject({
      status: 500,
      code: 'body-parsed',
      detail: expect.stringMatching(/mount/),
    });
    expect(api.effects).toEqual([]);
  });

  test('may be missing', async () => {
    const api = createPayments({}, async (request) => new Response(`${request.body}`));
    await api.pay('k', { body: null });

    expect(await (await api.pay('k', { body: null })).text()).toBe('null');
  });
});
