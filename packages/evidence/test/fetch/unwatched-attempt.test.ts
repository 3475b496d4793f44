import { describe, expect, test, vi } from 'vitest';
import type { DispatchHandler } from '../../src/fetch/dispatcher-like.ts';
import { attemptOf, post } from '../support/attempt.ts';
import { ownFetchOf } from '../support/own-fetch.ts';

describe('where no response is held,', () => {
  test("the promise is fetch's own", async () => {
    const sent = Promise.resolve(new Response('ok'));
    const attempt = attemptOf('http://origin.test/', {
      fetch: ownFetchOf(() => sent),
      method: 'GET',
      mayChange: false,
    });

    expect(attempt.send('http://origin.test/', undefined, false)).toBe(sent);
  });

  test("the callbacks for the response are fetch's own", async () => {
    const handler = { onRequestStart: vi.fn(), onResponseStart: vi.fn(), onResponseError: vi.fn() };
    const dispatcher = { dispatch: vi.fn((_: unknown, _given: DispatchHandler) => true) };
    const fetch = ownFetchOf(async (_, init) => {
      const given = init?.dispatcher as typeof dispatcher;
      given.dispatch({ origin: 'http://origin.test' }, { ...handler });
      return new Response('ok');
    });

    await post('http://origin.test/', { fetch }, { dispatcher });

    const given = dispatcher.dispatch.mock.calls[0]?.[1];
    expect(given?.onResponseStart).toBe(handler.onResponseStart);
    expect(given?.onResponseError).toBe(handler.onResponseError);
  });
});

test("where fetch has no dispatchers, a Request's copies are not asked for", async () => {
  vi.resetModules();
  vi.doMock('../../src/fetch/dispatcher.ts', async (original) => ({
    ...((await original()) as object),
    hasDispatchers: () => false,
  }));
  const fresh = await import('../support/attempt.ts');
  const fetch = ownFetchOf(async () => new Response('no', { status: 422 }));
  const input = new Request('http://origin.test/', { method: 'POST', body: 'order' });

  const { outcome } = await fresh.post('http://origin.test/', { fetch }, {}, input);
  vi.doUnmock('../../src/fetch/dispatcher.ts');
  vi.resetModules();

  expect(outcome).toMatchObject({ status: 422, unseenCopies: false });
});
