import { AsyncLocalStorage } from 'node:async_hooks';
import { Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosRequestConfig } from 'axios';
import { describe, expect, test, vi } from 'vitest';
import { keys, reauthorize, reportOf, wrapAxios } from '../src/index.ts';
import { soon } from './support.ts';

const http = axios.getAdapter('http');
const headers = { authorization: 'Bearer old' };
const keyed = { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) };

/** What a POST came to, whatever its status. */
async function post(url: string, config: AxiosRequestConfig, options: object = {}) {
  const client = wrapAxios(axios.create({ validateStatus: () => true, ...config }), { ...soon, ...options });
  return reportOf(await client.post(url, 'order'));
}

const again = (adapter: AxiosAdapter, config: Parameters<AxiosAdapter>[0]) =>
  adapter(config).catch(() => adapter(config));

const REPEATING: Readonly<Record<string, AxiosRequestConfig>> = {
  'an adapter that repeats': { adapter: (config) => again(http, config) },
  'an adapter that repeats later': {
    adapter: (config) =>
      http(config).catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        return http(config);
      }),
  },
  'a fetch that repeats': {
    adapter: 'fetch',
    env: {
      fetch: (async (input: Request, init?: RequestInit) => {
        const copy = input.clone();
        return fetch(input, init).catch(() => fetch(copy, init));
      }) as never,
    } as never,
  },
};

describe.each(Object.entries(REPEATING))('%s', (_, config) => {
  test('a 425 of the second copy refuses only that one', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(425));

    expect(await post(origin.url, config)).toMatchObject({
      attempts: [{ delivery: 'answered' }],
      effect: 'maybe-applied',
    });
    expect(origin.applied).toEqual(['POST']);
  });

  test('a 401 of the second copy starts no refresh and no third copy', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(401));
    const refresh = vi.fn(() => 'new');

    expect(await post(origin.url, { ...config, headers }, { reauthorize: reauthorize(refresh) })).toMatchObject({
      attempts: [{ delivery: 'answered' }],
      effect: 'maybe-applied',
      effectReason: 'unseen-copies',
    });
    expect(origin.requests).toHaveLength(2);
    expect(refresh).not.toHaveBeenCalled();
  });

  test('a 409 of the second copy says nothing about the first', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(409));

    expect(await post(origin.url, config)).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
  });
});

const PASSING: Readonly<Record<string, AxiosRequestConfig>> = {
  "axios' own adapter": { adapter: 'http' },
  'an adapter that logs': {
    adapter: async (config) => {
      await null;
      return http(config);
    },
  },
  'a fetch that logs': {
    adapter: 'fetch',
    env: { fetch: (async (input: Request, init?: RequestInit) => fetch(input, init)) as never } as never,
  },
};

describe.each(Object.entries(PASSING))('%s', (_, config) => {
  test('a 425 refuses the request, and a 422 too', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425), status(422));

    expect(await post(origin.url, config)).toMatchObject({
      attempts: [{ delivery: 'refused' }, { delivery: 'answered' }],
      effect: 'not-applied',
    });
  });

  test('a key permits a second copy', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    expect(await post(origin.url, config, keyed)).toMatchObject({ attempts: { length: 2 }, effect: 'applied' });
  });
});

test.each([
  ['in the URL', 'user:password@', {}],
  ['in auth', '', { auth: { username: 'user', password: 'password' } }],
])('credentials %s are no redirect', async (_, userinfo, config) => {
  await using origin = await Origin.listen();
  origin.plays(status(425));
  const url = `${origin.url.replace('//', `//${userinfo}`)}#part`;

  const report = await post(url, { adapter: (each) => http(each), ...config });

  expect(report).toMatchObject({ attempts: [{ delivery: 'refused' }, { delivery: 'answered' }], effect: 'applied' });
});

test('a 425 behind a redirect that only an adapter of yours saw refuses another request', async () => {
  await using origin = await Origin.listen();
  const adapter: AxiosAdapter = (config) => http({ ...config, beforeRedirect: () => {} });
  origin.plays(redirect(307, `${origin.url}target`), status(425));

  const report = await post(origin.url, { adapter }, { innerRetries: 'none' });

  expect(report).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
});

test.each([
  ['/orders', 'refused'],
  ['/other', 'answered'],
])('a 425 that a mock has from %s, for a POST to /orders, means %s', async (responseURL, delivery) => {
  const adapter: AxiosAdapter = async (config) => ({
    status: 425,
    statusText: '',
    headers: {},
    data: '',
    config,
    request: { responseURL },
  });

  const report = await post('/orders', { adapter }, { innerRetries: 'none' });

  expect(report?.attempts[0]).toMatchObject({ delivery });
});

test('a redirect that took the key away is remembered when an adapter of yours repeats', async () => {
  await using origin = await Origin.listen();
  await using other = await Origin.listen();
  origin.plays(redirect(307, other.url), status(503));
  other.plays(processThenReset());

  const report = await post(
    origin.url,
    { adapter: (config) => again(axios.getAdapter('fetch', config), config) },
    keyed,
  );

  expect(origin.requests).toHaveLength(2);
  expect(report).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'not-repeatable' } });
});

test.each([
  [303, 'maybe-applied'],
  [307, 'applied'],
])('a success behind a redirect by %i that an adapter of yours follows is %s', async (code, effect) => {
  await using origin = await Origin.listen();
  origin.plays(redirect(code, `${origin.url}target`));

  expect(await post(origin.url, { adapter: (config) => http(config) }, { innerRetries: 'none' })).toMatchObject({
    effect,
  });
});

test('a key that an adapter of yours takes to another origin is no permission', async () => {
  await using origin = await Origin.listen();
  await using other = await Origin.listen();
  const adapter: AxiosAdapter = async (config) => {
    const { status: code } = await fetch(config.url ?? '', {
      method: 'POST',
      headers: config.headers.toJSON() as Record<string, string>,
      body: config.data,
    });
    return { status: code, statusText: '', headers: {}, data: '', config };
  };
  origin.plays(redirect(307, other.url));
  other.plays(status(503));

  const report = await post(origin.url, { adapter }, keyed);

  expect(other.requests.map(({ headers: sent }) => sent['idempotency-key'])).toEqual([expect.any(String)]);
  expect(report).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'not-repeatable' } });
});

test.each(Object.entries(PASSING))('%s: a 401 gets a new credential', async (_, config) => {
  await using origin = await Origin.listen();
  origin.plays(status(401));

  const report = await post(origin.url, { ...config, headers }, { reauthorize: reauthorize(() => 'new') });

  expect(report).toMatchObject({ attempts: [{ delivery: 'refused' }, { delivery: 'answered' }], effect: 'applied' });
  expect(origin.applied).toEqual(['POST']);
});

test('a mock proves by a status only if you state that nothing inside repeats', async () => {
  const adapter: AxiosAdapter = async (config) => ({ status: 422, statusText: '', headers: {}, data: '', config });

  expect(await post('http://api.test/', { adapter })).toMatchObject({ effect: 'maybe-applied' });
  expect(await post('http://api.test/', { adapter }, { innerRetries: 'none' })).toMatchObject({
    effect: 'not-applied',
  });
});

test('a copy that a fetch sends after its attempt takes the proof back', async () => {
  await using origin = await Origin.listen();
  await origin.refuses(1);
  const late: Promise<Response>[] = [];
  const hedging = async (input: Request, init?: RequestInit) => {
    const copy = input.clone();
    return fetch(input, init).catch((error) => {
      setImmediate(() => late.push(fetch(copy, init)));
      throw error;
    });
  };
  const instance = axios.create({ adapter: 'fetch', env: { fetch: hedging as never } as never });

  const error = await rejectionOf(wrapAxios(instance, { backoff: () => 50 }).post(origin.url, 'order'));
  await vi.waitFor(() => expect(late).toHaveLength(1));
  await Promise.all(late);

  expect(origin.applied).toEqual(['POST']);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ delivery: 'never-sent' }, { delivery: 'unknown' }],
    effect: 'maybe-applied',
  });
});

const outside = AsyncLocalStorage.snapshot();

describe.each([
  ['the same', (send: () => void) => send()],
  ['another', outside],
])('an adapter that sends a copy after a 425, in %s context', (_, within) => {
  const adapter: AxiosAdapter = async (config) => {
    const response = await http(config);
    within(() => setImmediate(() => http(config).catch(() => {})));
    return response;
  };
  const waiting = { backoff: () => 100 };

  test('takes its proof back', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425));

    expect(await post(origin.url, { adapter }, waiting)).toMatchObject({
      attempts: [{ delivery: 'refused' }, { delivery: 'unknown' }],
      effect: 'maybe-applied',
    });
    await vi.waitFor(() => expect(origin.applied).toEqual(['POST']));
  });

  test('is harmless with a key', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425));

    expect(await post(origin.url, { adapter }, { ...waiting, idempotencyKey: keys.ietf() })).toMatchObject({
      attempts: [{ delivery: 'refused' }, { delivery: 'answered' }],
    });
  });
});
