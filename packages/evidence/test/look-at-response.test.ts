import { listenersOf } from '@twicesafe/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lookAtResponse } from '../src/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const EURO = new TextEncoder().encode('5 €');

/** A response that sends these pieces, and then ends as it is told. */
function responseOf(pieces: readonly Uint8Array[], end: 'close' | 'error' | 'hang' = 'close') {
  const left = [...pieces];
  const cancelled: unknown[] = [];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = left.shift();
        if (next) return controller.enqueue(next);
        if (end === 'error') controller.error(new Error('cut'));
        if (end === 'close') controller.close();
        return end === 'hang' ? new Promise(() => {}) : undefined;
      },
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(body), left, cancelled };
}

test('a body of exactly the limit is read, and can be read again', async () => {
  const { signal } = new AbortController();
  // The euro sign is three bytes, and the pieces part it.
  const { response } = responseOf([EURO.slice(0, 3), EURO.slice(3)]);

  expect(await lookAtResponse(response, 5, signal)).toBe('5 €');

  expect(await response.text()).toBe('5 €');
  expect(listenersOf(signal)).toBe(0);
});

test('a character that is cut off at the end is replaced, as a decoder does', async () => {
  const { response } = responseOf([EURO.slice(0, 3)]);

  expect(await lookAtResponse(response, 5, new AbortController().signal)).toBe('5 \uFFFD');
});

test('a longer body is left alone after the limit, and can still be read', async () => {
  const { signal } = new AbortController();
  const { response, left, cancelled } = responseOf(Array(100).fill(EURO));

  expect(await lookAtResponse(response, 4, signal)).toBeUndefined();

  expect(left.length).toBeGreaterThan(90);
  expect(await response.text()).toBe('5 €'.repeat(100));
  expect(cancelled).toEqual([]);
  expect(listenersOf(signal)).toBe(0);
});

test('a look at a longer body ends there: its connection is free once the response is canceled', async () => {
  const { response, cancelled } = responseOf(Array(100).fill(EURO));

  await lookAtResponse(response, 4, new AbortController().signal);
  await response.body?.cancel();

  expect(cancelled).toHaveLength(1);
});

test('a body that breaks off is not known, and leaves no listener', async () => {
  const { signal } = new AbortController();
  const { response } = responseOf([EURO], 'error');

  expect(await lookAtResponse(response, 100, signal)).toBeUndefined();

  expect(listenersOf(signal)).toBe(0);
  await expect(response.text()).rejects.toThrow('cut');
});

test.each<[string, object | undefined]>([
  ['a browser', undefined],
  ['a browser whose bundler adds a process', {}],
  ['Deno', { versions: { node: '24.0.0' } }],
])('in %s, a longer body is left alone too', async (_, process) => {
  vi.stubGlobal('process', process);
  const { response, cancelled } = responseOf(Array(100).fill(EURO));

  expect(await lookAtResponse(response, 4, new AbortController().signal)).toBeUndefined();
  await response.body?.cancel();

  expect(cancelled).toHaveLength(1);
});

test.each<[string, string, object | undefined, boolean]>([
  ['a long body in undici 6 is canceled in another way', '5 €'.repeat(9), { undici: '6.27.0' }, true],
  ['a body in undici 6 that was read completely stays as it is', '5', { undici: '6.27.0' }, false],
  ['a long body in undici 7 stays as it is', '5 €'.repeat(9), { undici: '7.16.0' }, false],
  ['a long body in a runtime without undici stays as it is', '5 €'.repeat(9), {}, false],
  ['a long body in a runtime without versions stays as it is', '5 €'.repeat(9), undefined, false],
])('%s', async (_, text, versions, own) => {
  vi.stubGlobal('process', { versions });
  const response = new Response(text);

  await lookAtResponse(response, 4, new AbortController().signal);

  expect(Object.hasOwn(response.body ?? {}, 'cancel')).toBe(own);
});

test('an abort ends a look that is not over', async () => {
  const controller = new AbortController();
  const { response, left, cancelled } = responseOf([EURO], 'hang');
  const looking = lookAtResponse(response, 100, controller.signal);
  await vi.waitFor(() => expect(left).toEqual([]));

  controller.abort();

  expect(await looking).toBeUndefined();
  expect(listenersOf(controller.signal)).toBe(0);
  await response.body?.cancel();
  expect(cancelled).toHaveLength(1);
});

describe('is not even copied:', () => {
  const hostile = (): never => {
    throw new Error('no');
  };
  const bodies: Readonly<Record<string, unknown>> = {
    nothing: null,
    'no body at all': undefined,
    "a Node stream, whose clone holds node-fetch's response up": { destroy: () => {} },
  };

  test.each(Object.entries(bodies))('%s', async (_, body) => {
    const clone = vi.fn();

    const text = await lookAtResponse({ body, clone } as unknown as Response, 100, new AbortController().signal);

    expect(text).toBeUndefined();
    expect(clone).not.toHaveBeenCalled();
  });

  test('a response after an abort', async () => {
    const { response } = responseOf([EURO]);
    const clone = vi.spyOn(response, 'clone');

    expect(await lookAtResponse(response, 100, AbortSignal.abort())).toBeUndefined();

    expect(clone).not.toHaveBeenCalled();
  });

  test('a response that cannot be read', async () => {
    const response = Object.defineProperty({}, 'body', { get: hostile }) as Response;

    expect(await lookAtResponse(response, 100, new AbortController().signal)).toBeUndefined();
  });
});

test('a response that was read, or is being read, is not known', async () => {
  const { signal } = new AbortController();
  const [used, locked] = [new Response('used'), new Response('locked')];
  await used.text();
  locked.body?.getReader();

  expect([await lookAtResponse(used, 9, signal), await lookAtResponse(locked, 9, signal)]).toEqual([
    undefined,
    undefined,
  ]);
});
