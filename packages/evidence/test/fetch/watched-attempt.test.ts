import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { hang, Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import { Agent, MockAgent, setGlobalDispatcher, fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FetchFunction, FetchInit } from '../../src/index.ts';
import { attemptOf, endOf, post } from '../support/attempt.ts';

const undici = undiciFetch as unknown as FetchFunction;
const agent = new Agent();
const composed = agent.compose((dispatch) => (options, handler) => dispatch(options, handler));

beforeAll(async () => {
  setGlobalDispatcher(new Agent());
  await using origin = await Origin.listen();
  await (await fetch(origin.url)).text();
});
afterAll(() => agent.destroy());

describe('a POST like that of an attempt, after its 425,', () => {
  test.each<[string, FetchInit, boolean]>([
    ['is no copy of what the global dispatcher sent', {}, false],
    ['is no copy if the dispatcher was null', { dispatcher: null }, false],
    ["is no copy of what the caller's Agent sent", { dispatcher: agent }, false],
    ['may be a copy of what an interceptor holds', { dispatcher: composed }, true],
  ])('%s', async (_, init, sentLater) => {
    await using origin = await Origin.listen();
    origin.plays(status(425));
    const { attempt } = await post(origin.url, { fetch: undici }, init);

    await (await fetch(origin.url, { method: 'POST', body: 'order' })).text();

    expect(attempt.sentLater).toBe(sentLater);
  });

  test('may be a copy of a Request, which may have a dispatcher of its own', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425));
    const attempt = attemptOf(origin.url);
    await endOf(attempt, attempt.send(new Request(origin.url, { method: 'POST', body: 'order' }), undefined, false));

    await (await fetch(origin.url, { method: 'POST', body: 'order' })).text();

    expect(attempt.sentLater).toBe(true);
  });
});

test.each([
  [200, 'others'],
  [422, true],
] as const)('a dispatcher that is patched during a redirect may have sent more than the %i', async (code, unseen) => {
  await using origin = await Origin.listen();
  origin.plays(redirect(307, '/next'), status(code));
  const patched = new Agent();
  const ending = post(origin.url, { fetch: undici }, { dispatcher: patched });
  await origin.received(1);
  const dispatch = patched.dispatch.bind(patched);
  Object.assign(patched, { dispatch });

  const { outcome } = await ending;
  await patched.destroy();

  expect(outcome).toMatchObject({ status: code, unseenCopies: unseen });
});

test('an attempt that is withheld proves nothing by the error of the one before', async () => {
  await using origin = await Origin.listen();
  await origin.refuses(1);
  const request = { fetch: undici, repeatable: false, followsRedirects: false };
  const first = await post(origin.url, request, { dispatcher: composed });
  await (await fetch(origin.url, { method: 'POST', body: 'order' })).text();
  const second = attemptOf(origin.url, request, first.attempt);

  const { error, outcome } = await endOf(second, second.send(origin.url, { method: 'POST', body: 'order' }, false));

  expect(error).toBe(first.error);
  expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
  expect(outcome).toMatchObject({ type: 'failure', delivery: 'unknown' });
  expect(origin.requests).toHaveLength(1);
});

test('what shows requests sees why one that was judged as never sent ends unsent', async () => {
  const ends: unknown[] = [];
  const see = (message: unknown): unknown => ends.push(String((message as { error: unknown }).error));
  await using origin = await Origin.listen();
  origin.plays(hang());
  const single = new Agent({ connections: 1, pipelining: 1 });
  const [busy, queued] = [new AbortController(), new AbortController()];
  const first = rejectionOf(undici(origin.url, { dispatcher: single, signal: busy.signal }));
  await origin.received(1);
  const ending = post(origin.url, { fetch: undici }, { dispatcher: single, signal: queued.signal });
  queued.abort();
  const { outcome } = await ending;
  subscribe('undici:request:error', see);

  busy.abort(new Error('busy'));
  await first;
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  unsubscribe('undici:request:error', see);
  await single.destroy();

  expect(outcome).toMatchObject({ delivery: 'never-sent' });
  expect(ends).toEqual(['Error: busy', 'Error: The attempt was judged as never sent']);
  expect(origin.requests).toHaveLength(1);
});

test('a key that left its origin stays removed when the attempt fails there', async () => {
  await using first = await Origin.listen();
  await using second = await Origin.listen();
  first.plays(redirect(307, second.url));
  second.plays(processThenReset());
  const keyHeaders = [['Idempotency-Key', 'order-7']] as const;

  const { attempt, outcome } = await post(first.url, { keyHeaders }, { headers: { 'Idempotency-Key': 'order-7' } });

  expect(outcome.type).toBe('failure');
  expect(attempt.keyRemoved).toBe(true);
});

test('no dispatcher of ours replaces a value that is none', async () => {
  await using origin = await Origin.listen();

  const { error } = await post(origin.url, { fetch: undici }, { dispatcher: 7 });

  expect(error).toBeInstanceOf(Error);
  expect(origin.requests).toEqual([]);
});

test('an answer that a redirect led to is another hop, even if the only copy got the same status', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(200), redirect(302, '/receipt'), status(200));
  const native = globalThis.fetch as FetchFunction;
  const fetch: FetchFunction = async (input, init) => {
    await (await native(input, init)).text();
    return native(`${origin.url}moved`);
  };

  const { outcome } = await post(origin.url, { fetch });

  expect(outcome).toMatchObject({ status: 200, hop: { url: `${origin.url}receipt`, sameMethod: false } });
});

test('of a harmless request that is watched, a mock leaves nothing unseen', async () => {
  const mock = new MockAgent();
  mock.disableNetConnect();
  mock.get('http://origin.test').intercept({ path: '/', method: 'GET' }).reply(422, 'no');
  const options = { fetch: undici, method: 'GET', mayChange: false, keyHeaders: [['a', 'b']] as const };

  const { outcome } = await post('http://origin.test/', options, { method: 'GET', body: null, dispatcher: mock });
  await mock.close();

  expect(outcome).toMatchObject({ status: 422, unseenCopies: false });
});

test('null for a URL is refused by fetch itself', async () => {
  const attempt = attemptOf('null');

  const error = await rejectionOf(attempt.send(null as never, { method: 'POST' }, false));

  expect(error).toBeInstanceOf(TypeError);
  expect(error).toHaveProperty('message', 'Failed to parse URL from null');
});
