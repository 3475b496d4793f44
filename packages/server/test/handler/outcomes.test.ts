import { NotApplied } from '@twicesafe/server';
import { describe, expect, test } from 'vitest';
import { created, createPayments, seen } from '../support/payments.ts';

describe('what the handler answers', () => {
  test.each([200, 301, 400, 403, 404, 409, 422, 500, 502, 504])('%i is kept', async (status) => {
    const api = createPayments({}, () => new Response('own', { status }));
    await api.pay('k');

    expect(await seen(await api.pay('k'))).toEqual([status, true]);
    expect(api.effects).toHaveLength(1);
  });

  test.each([401, 407, 408, 421, 425, 429, 503])('%i gives the key back', async (status) => {
    const statuses = [status];
    const api = createPayments({}, () => new Response('own', { status: statuses.pop() ?? 201 }));

    expect(await seen(await api.pay('k'))).toEqual([status, false]);
    expect(await seen(await api.pay('k', { body: 'changed' }))).toEqual([201, false]);
  });

  test('is kept or not as the record option decides', async () => {
    const api = createPayments({ record: ({ status }) => status !== 404 }, () => new Response(null, { status: 404 }));

    await api.pay('k');
    await api.pay('k');

    expect(api.effects).toHaveLength(2);
  });

  test('is kept if the record option throws', async () => {
    const record = (): boolean => {
      throw new Error('own');
    };
    const api = createPayments({ record });

    await api.pay('k');
    await api.pay('k');

    expect(api.effects).toHaveLength(1);
    expect(api.events).toContainEqual({ type: 'option-failed', option: 'record', error: new Error('own') });
  });
});

describe('a handler that did nothing', () => {
  const refusal = (): NotApplied => new NotApplied(new Response('closed', { status: 409 }));

  test.each([
    ['throws NotApplied', () => Promise.reject(refusal())],
    ['returns NotApplied', refusal],
  ])('and %s answers with its response and gives the key back', async (_, answer) => {
    const answers = [answer];
    const api = createPayments({}, () => answers.pop()?.() ?? created());

    const first = await api.pay('k');

    expect([first.status, await first.text()]).toEqual([409, 'closed']);
    expect(await seen(await api.pay('k'))).toEqual([201, false]);
  });

  test('answers without a key, too', async () => {
    const api = createPayments({}, () => Promise.reject(refusal()));

    expect((await api.pay(undefined)).status).toBe(409);
  });

  test('needs a Response', () => {
    expect(() => new NotApplied('closed' as never)).toThrow(TypeError);
  });
});

describe('a handler that fails', () => {
  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('own');
      },
    ],
    ['rejects', () => Promise.reject(new Error('own'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['returns nothing', () => undefined],
    ['returns an object', () => ({ status: 201 })],
    ['returns Response.error()', () => Response.error()],
    [
      'returns a response that was read',
      async () => {
        const response = created();
        await response.text();
        return response;
      },
    ],
    ['returns a stream of text', () => new Response(new ReadableStream({ start: (stream) => stream.enqueue('text') }))],
    [
      'returns a body that breaks',
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.error(new Error('broken')),
          }),
        ),
    ],
  ])('(%s) is answered with 500, which is kept', async (_, answer) => {
    const api = createPayments({}, answer as () => Response);

    expect(await seen(await api.pay('k'))).toEqual([500, false, 'handler-failed']);
    expect(await seen(await api.pay('k'))).toEqual([500, true, 'handler-failed']);
    expect(api.effects).toHaveLength(1);
    expect(api.events).toContainEqual(expect.objectContaining({ type: 'handler-failed', key: 'k', attempt: 1 }));
  });
});

describe('a response that is too large to keep', () => {
  const large = 'x'.repeat(3_000);

  test.each([
    ['with a known length', () => new Response(large, { status: 201, headers: { 'content-length': '3000' } })],
    ['with an unknown length', () => new Response(large, { status: 201 })],
    ['in chunks', () => new Response(chunks(30, 'x'.repeat(100)), { status: 201 })],
  ])('%s reaches the client, and is never processed again', async (_, answer) => {
    const api = createPayments({ maxResponseBytes: 1_000 }, answer);

    const first = await api.pay('k');

    expect([first.status, await first.text()]).toEqual([201, large]);
    expect(await seen(await api.pay('k'))).toEqual([500, true, 'response-not-stored']);
    expect(api.effects).toHaveLength(1);
  });

  test('is replaced by its summary where there is one', async () => {
    const summarize = ({ status, headers, body }: Response): Response =>
      Response.json({ body }, { status, headers: { Location: headers.get('Location') ?? '' } });
    const headers = { Location: '/payments/7' };
    const api = createPayments(
      { maxResponseBytes: 1_000, summarize },
      () => new Response(large, { status: 201, headers }),
    );
    await api.pay('k');

    const replay = await api.pay('k');

    expect([replay.status, replay.headers.get('location'), await replay.json()]).toEqual([
      201,
      '/payments/7',
      { body: null },
    ]);
  });

  test.each<[string, () => unknown]>([
    [
      'fails',
      () => {
        throw new Error('own');
      },
    ],
    ['is no response', () => undefined],
    ['is too large itself', () => new Response(large)],
  ])('is not stored if its summary %s', async (_, summarize) => {
    const api = createPayments(
      { maxResponseBytes: 1_000, summarize: summarize as () => Response },
      () => new Response(large),
    );

    expect((await api.pay('k')).status).toBe(200);
    expect(await seen(await api.pay('k'))).toEqual([500, true, 'response-not-stored']);
  });

  test('is kept up to the last byte', async () => {
    const api = createPayments({ maxResponseBytes: 3_000 }, () => new Response(large));
    await api.pay('k');

    const replay = await api.pay('k');

    expect([replay.status, await replay.text()]).toEqual([200, large]);
  });
});

test('an event stream reaches the client as it comes, and is never processed again', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const headers = { 'Content-Type': 'text/event-stream; charset=utf-8' };
  const api = createPayments({}, () => new Response(readable, { headers }));

  const first = await api.pay('k');
  const replay = await api.pay('k');
  const writer = writable.getWriter();
  void writer.write(new TextEncoder().encode('data: 1\n\n'));
  const chunk = await first.body?.getReader().read();

  expect(new TextDecoder().decode(chunk?.value)).toBe('data: 1\n\n');
  expect(await seen(replay)).toEqual([500, true, 'response-not-stored']);
  expect(api.effects).toHaveLength(1);
});

function chunks(count: number, text: string): ReadableStream<Uint8Array> {
  let left = count;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(new TextEncoder().encode(text));
    },
  });
}
