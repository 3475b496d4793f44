import type { ResponseOutcome } from '@twicesafe/core/adapter';
import { afterEach, expect, test, vi } from 'vitest';
import { FetchAttempt, type FetchAttemptRequest } from '../../src/browser.ts';
import { requestOf } from '../support/attempt.ts';

afterEach(() => vi.restoreAllMocks());

/** Its source reads as that of a browser's fetch. */
const native = async (): Promise<Response> => new Response();
/** A fetch of others. */
const foreign = async (): Promise<Response> => new Response();

function attemptOf(options: Partial<FetchAttemptRequest> = {}): FetchAttempt {
  vi.spyOn(Function.prototype, 'toString').mockImplementation(function (this: unknown) {
    return this === native ? 'function fetch() { [native code] }' : 'async () => new Response()';
  });
  const attempt = new FetchAttempt(requestOf('http://origin.test/', { fetch: native, ...options }));
  vi.restoreAllMocks();
  return attempt;
}

test.each<[string, Partial<FetchAttemptRequest>, number, ResponseOutcome['unseenCopies']]>([
  ["the browser's own fetch sent one copy", {}, 422, false],
  ['of a harmless request, no copy matters', { fetch: foreign, mayChange: false }, 422, false],
  ['another fetch may have sent more than was refused', { fetch: foreign }, 400, true],
  ['another fetch may have sent others than the one that succeeded', { fetch: foreign }, 201, 'others'],
  ['a redirect refuses nothing', { fetch: foreign }, 399, 'others'],
])('%s', (_, options, status, unseenCopies) => {
  const outcome = attemptOf(options).outcome({ status, ok: status < 300, headers: new Headers() } as Response);

  expect(outcome).toMatchObject({ status, hop: undefined, unseenCopies });
});

test.each<[string, Partial<FetchAttemptRequest>, string]>([
  ["of the browser's fetch to an invalid URL was never sent", { url: 'http://[' }, 'never-sent'],
  ["of the browser's fetch proves nothing else", {}, 'unknown'],
  ['of another fetch proves nothing: it may have a base for its URLs', { fetch: foreign, url: '/orders' }, 'unknown'],
])('an error %s', (_, options, delivery) => {
  const error = new TypeError('Failed to fetch');

  expect(attemptOf(options).failure(error)).toEqual({ type: 'failure', kind: 'network', delivery, error });
});

test('only a redirect that was followed is another hop of the own fetch', () => {
  const url = 'http://elsewhere.test/';
  const failed = { ok: false, status: 421, headers: new Headers(), url };

  const hops = [false, true].map((redirected) => attemptOf().outcome({ ...failed, redirected } as Response).hop);

  expect(hops).toEqual([undefined, { url, sameMethod: false }]);
});

test('a cut without a limit changes nothing, and the arguments are the own ones', async () => {
  const fetch = vi.fn(async (..._: unknown[]) => new Response('ok'));
  const attempt = attemptOf({ fetch: fetch as FetchAttemptRequest['fetch'] });
  const init = { method: 'POST' };

  const response = await attempt.send('http://origin.test/', init, false);
  attempt.cut(new Error('over'));
  await attempt.send('http://origin.test/', undefined, false);

  expect(await response.text()).toBe('ok');
  expect(fetch.mock.calls).toEqual([['http://origin.test/', init], ['http://origin.test/']]);
  expect(fetch.mock.calls[0]?.[1]).toBe(init);
});
