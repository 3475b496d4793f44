import { closedPort, hang, Origin, redirect, rejectionOf } from '@twicesafe/testing';
import { Agent, Dispatcher1Wrapper, setGlobalDispatcher, fetch as undiciFetch } from 'undici';
import { beforeAll, describe, expect, test } from 'vitest';
import { deliveryOfCall, watchDispatch } from '../src/index.ts';

type Fetch = (url: string, init: object) => Promise<{ readonly status: number }>;

// Importing undici 8 puts its dispatcher beside that of Node's own fetch, which cannot use it.
const FETCHES: readonly (readonly [name: string, fetch: Fetch])[] = [
  ["Node's own fetch", globalThis.fetch as Fetch],
  ["undici's fetch", undiciFetch as unknown as Fetch],
];

beforeAll(async () => {
  setGlobalDispatcher(new Agent());
  await rejectionOf(globalThis.fetch(`http://127.0.0.1:${await closedPort()}/`));
});

describe.each(FETCHES)('%s', (_, fetch) => {
  const post = { method: 'POST', body: 'order' };

  test('goes the same way with a watch, which sees the start', async () => {
    await using origin = await Origin.listen();
    const watch = watchDispatch(undefined);

    const response = await fetch(origin.url, { ...post, dispatcher: watch });

    expect(response.status).toBe(200);
    expect(origin.requests.map(({ text }) => text)).toEqual(['order']);
    expect(watch).toMatchObject({ used: true, started: true, followed: false });
  });

  test('to a closed port hands nothing to a connection', async () => {
    const watch = watchDispatch(undefined);

    const error = await rejectionOf(fetch(`http://127.0.0.1:${await closedPort()}/`, { ...post, dispatcher: watch }));

    expect(watch).toMatchObject({ used: true, started: false });
    expect(deliveryOfCall(error, { method: 'POST', followsRedirects: true, streamBody: false, watch })).toBe(
      'never-sent',
    );
  });

  test('that hangs after the request was sent proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const watch = watchDispatch(undefined);

    const error = await rejectionOf(fetch(origin.url, { ...post, dispatcher: watch, signal: AbortSignal.timeout(50) }));

    expect(deliveryOfCall(error, { method: 'POST', followsRedirects: true, streamBody: false, watch })).toBe('unknown');
  });

  test('that follows a redirect to a closed port proves nothing', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(307, `http://127.0.0.1:${await closedPort()}/`));
    const watch = watchDispatch(undefined);

    const error = await rejectionOf(fetch(origin.url, { ...post, dispatcher: watch }));

    expect(watch?.followed).toBe(true);
    expect(deliveryOfCall(error, { method: 'POST', followsRedirects: true, streamBody: false, watch })).toBe('unknown');
  });
});

test("the caller's own dispatcher carries the request; while it connects, nothing is sent", async () => {
  const agent = new Agent({ connect: () => {} });
  const watch = watchDispatch(new Dispatcher1Wrapper(agent));

  const error = await rejectionOf(
    fetch('http://127.0.0.1:9999/', {
      method: 'POST',
      dispatcher: watch,
      signal: AbortSignal.timeout(50),
    } as RequestInit),
  );

  expect(error.name).toBe('TimeoutError');
  expect(deliveryOfCall(error, { method: 'POST', followsRedirects: true, streamBody: false, watch })).toBe(
    'never-sent',
  );
  await agent.destroy();
});

test('a watch that nobody used proves nothing', () => {
  const watch = watchDispatch(undefined);
  const error = new TypeError('Failed to fetch');

  expect(watch?.used).toBe(false);
  expect(deliveryOfCall(error, { method: 'POST', followsRedirects: true, streamBody: false, watch })).toBe('unknown');
});

test.each([7, 'agent', {}, { dispatch: 7 }])('what is no dispatcher is not watched: %j', (dispatcher) => {
  expect(watchDispatch(dispatcher)).toBeUndefined();
});
