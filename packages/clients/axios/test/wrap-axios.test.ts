import { wrapFetch } from '@twicesafe/fetch';
import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosError, type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRetryPolicy, keys, type RequestRetryOptions, reportOf, wrapAxios } from '../src/index.ts';
import { required, soon } from './support.ts';

afterEach(() => vi.unstubAllGlobals());

const post503 = async (api: AxiosInstance, retry?: RequestRetryOptions) => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(503));
  await api.post(origin.url, 'x', retry && { retry }).catch(() => {});
  return origin.requests;
};

describe('what cannot be wrapped fails at once, and says why', () => {
  test.each<[name: string, value: unknown]>([
    ['nothing', undefined],
    ['options', { maxAttempts: 2 }],
    ['fetch', globalThis.fetch],
    ['an object with some members', { defaults: {}, interceptors: {}, create() {} }],
  ])('%s', (_, value) => {
    expect(() => wrapAxios(value as AxiosInstance)).toThrow(/wrapAxios takes an axios instance first/);
  });

  const instance = (env: object, version?: string): AxiosInstance =>
    Object.assign(() => {}, {
      create: () => ({ defaults: {} }),
      interceptors: {},
      defaults: { env },
      VERSION: version,
    }) as never;

  test.each(['0.30.0', '1.0.0', '1.2.6'])('axios %s', (version) => {
    const message = `wrapAxios needs axios 1.3 or later, not ${version}`;

    expect(() => wrapAxios(instance({ FormData, Blob }, version))).toThrow(message);
  });

  test('an instance of axios 0', () => {
    expect(() => wrapAxios(instance({ FormData }))).toThrow('wrapAxios needs axios 1.3 or later, not axios 0');
  });

  test.each(['1.3.0', '1.20.0', '2.0.0', '10.2.0', '11.1.0'])('but not axios %s', (version) => {
    const api = instance({ FormData }, version);

    expect(wrapAxios(api)).toBe(api);
  });

  test('an instance of axios 1.0 at its first request, because it looks like a later one', async () => {
    const { defaults } = wrapAxios(instance({ FormData, Blob }));
    const adapter = defaults.adapter as AxiosAdapter;

    const error = await rejectionOf(adapter({ headers: {} } as never));

    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('wrapAxios needs axios 1.3 or later, not an instance of an earlier one');
  });

  test('an option that does not exist, and the instance stays as it was', () => {
    const api = axios.create();
    const { adapter } = api.defaults;

    expect(() => wrapAxios(api, { maxAttemps: 2 } as object)).toThrow(/maxAttemps/);
    expect(api.defaults.adapter).toBe(adapter);
  });
});

describe('what is said of one request', () => {
  test.each<[name: string, config: object, message: RegExp]>([
    ['an unknown member of retry', { retry: { idempotant: true } }, /idempotant/],
    ['an option beside retry', { idempotencyKey: 'order-7' }, /retry: \{ idempotencyKey \}/],
    ['a body that is none', { retry: { body: 'text' } }, /must be a function that makes a body, not string/],
    ['two bodies', { data: 'one', retry: { body: () => 'two' } }, /not both/],
    ['a key that cannot be sent', { retry: { idempotencyKey: 'a\nb' } }, /retry.idempotencyKey must have/],
  ])('%s fails before anything is sent', async (_, config, message) => {
    await using origin = await Origin.listen();

    const error = await rejectionOf(wrapAxios(axios.create()).request({ method: 'post', url: origin.url, ...config }));

    expect(error.message).toMatch(message);
    expect(origin.requests).toHaveLength(0);
  });

  test.each([false, null])('sends its key even if the caller removed the header by %s', async (removed) => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create({ headers: { 'Idempotency-Key': removed } as never }), {
      ...soon,
      idempotencyKey: keys.custom({ header: 'idempotency-key' }),
    });
    origin.plays(processThenReset());

    await api.post(origin.url, 'x');

    const [first, second] = origin.requests.map(({ headers }) => headers['idempotency-key']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
  });

  test('retry: false sends once, and the retry members of other libraries are passed over', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), soon);
    origin.plays(status(503), status(503));

    await rejectionOf(api.get(origin.url, { retry: false }));
    const response = await api.get(origin.url, { retry: 5 } as object);

    expect(response.status).toBe(200);
    expect(origin.requests).toHaveLength(3);
  });

  test('options of a request override those of the instance and the policy', async () => {
    const api = wrapAxios(axios.create({ retry: { idempotent: true } }), soon);

    expect(await post503(api)).toHaveLength(3);
    expect(await post503(api, { idempotent: false })).toHaveLength(1);
    expect(await post503(api, { maxAttempts: 2 })).toHaveLength(2);
  });
});

describe('other wrappers', () => {
  test('wrapping twice uses the last policy, and prohibitions add up', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), { ...soon, rules: [{ url: /never$/, repeat: 'never' }] });
    wrapAxios(api, { ...soon, maxAttempts: 2 });
    origin.plays(...Array.from({ length: 4 }, () => status(503)));

    await rejectionOf(api.get(origin.url));
    await rejectionOf(api.get(`${origin.url}never`));

    expect(origin.requests.map(({ target }) => target)).toEqual(['/', '/', '/never']);
  });

  test('an instance that a wrapped one creates is wrapped too', async () => {
    await using origin = await Origin.listen();
    const child = wrapAxios(axios.create(), soon).create({ baseURL: origin.url });
    origin.plays(status(503));

    expect(reportOf(await child.get('orders'))?.attempts).toHaveLength(2);
    expect(reportOf(await axios.get(origin.url))).toBeUndefined();
  });

  test('an outer loop gets the refused response again, with its parsed data', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create({ transformResponse: (data) => `read: ${data}` }), {
      ...soon,
      outerRetries: 'judge',
    });
    origin.plays(status(503, { body: 'busy' }));

    const errors: AxiosError[] = [];
    for (const call of ['1', '2'])
      errors.push((await rejectionOf(api.post(origin.url, 'x', { headers: { 'x-call': call } }))) as AxiosError);

    expect(origin.requests).toHaveLength(1);
    expect(errors.map(({ config }) => config?.headers.get('x-call'))).toEqual(['1', '2']);
    expect(errors[1]).not.toBe(errors[0]);
    for (const error of errors) {
      expect(error).toBeInstanceOf(axios.AxiosError);
      expect(error).toMatchObject({ config: { url: origin.url }, response: { status: 503, data: 'read: busy' } });
    }
    expect(reportOf(errors[1])).toMatchObject({ decision: { reason: 'outer-retry-refused' } });
  });

  test('an outer loop whose bodies cannot be compared makes operations of their own', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), { ...soon, outerRetries: 'judge' });
    origin.plays(status(503), status(503));

    for (const text of ['one', 'two'])
      await rejectionOf(api.post(origin.url, undefined, { retry: { body: () => text } }));

    expect(origin.requests.map((request) => request.text)).toEqual(['one', 'two']);
  });

  test('a wrapped instance inside a wrapped instance passes through', async () => {
    await using origin = await Origin.listen();
    const inner = wrapAxios(axios.create(), { ...soon, idempotencyKey: keys.custom({ header: 'X-Key' }) });
    const outer = wrapAxios(
      axios.create({
        adapter: ({ url, method, headers, data }) =>
          inner.request({ url: url ?? '', method: method ?? '', headers, data }),
      }),
      soon,
    );
    origin.plays(status(503), status(503), status(503), status(503));

    await rejectionOf(outer.post(origin.url, 'x', { retry: { idempotent: true } }));

    const [first, ...repeats] = origin.requests.map(({ headers }) => headers['x-key']);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(repeats).toEqual([first, first]);
  });

  test.each(['of env', 'of the runtime'])(
    'a wrapped fetch %s under the fetch adapter passes through',
    async (place) => {
      await using origin = await Origin.listen();
      const fetch = wrapFetch(globalThis.fetch, soon);
      if (place === 'of the runtime') vi.stubGlobal('fetch', fetch);
      const api = wrapAxios(axios.create({ adapter: 'fetch', ...(place === 'of env' && { env: { fetch } }) }), soon);
      origin.plays(...Array.from({ length: 4 }, () => status(503)));

      await rejectionOf(api.get(origin.url));

      expect(origin.requests).toHaveLength(3);
    },
  );

  test('axios-retry on the same instance fails at the first request, before anything is sent', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), soon);
    axiosRetry(api as never);

    const error = await rejectionOf(api.get(origin.url));

    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/axios-retry must not be used on the same instance/);
    expect(origin.requests).toHaveLength(0);
  });

  test('instances that share a policy share its gate, across copies of axios', async () => {
    await using origin = await Origin.listen();
    const shared = createRetryPolicy({ ...soon, originGate: 'all' });
    const [first, second] = [wrapAxios(axios.create(), shared), wrapAxios(required.create(), shared)];
    origin.plays(status(503, { headers: { 'retry-after-ms': '200' } }));

    await rejectionOf(first.post(origin.url));
    await second.post(origin.url);

    const [one, two] = origin.requests;
    expect((two?.atMs ?? 0) - (one?.atMs ?? 0)).toBeGreaterThanOrEqual(200);
  });
});

describe('functions that throw', () => {
  test.each(['request', 'response'] as const)(
    'a %s interceptor: its error comes back, and nothing is sent twice',
    async (kind) => {
      await using origin = await Origin.listen();
      const api = wrapAxios(axios.create(), soon);
      const mine = Object.assign(new Error('mine'), { code: 'ECONNREFUSED', syscall: 'connect' });
      api.interceptors[kind].use((): never => {
        throw mine;
      });

      expect(await rejectionOf(api.post(origin.url, 'x'))).toBe(mine);
      expect(origin.requests).toHaveLength(kind === 'request' ? 0 : 1);
    },
  );

  test.each(['shouldRetry', 'backoff'])('%s: the outcome at hand comes back', async (name) => {
    await using origin = await Origin.listen();
    const callback = (): never => {
      throw new Error('mine');
    };
    origin.plays(status(503));

    const error = await rejectionOf(wrapAxios(axios.create(), { ...soon, [name]: callback }).get(origin.url));

    expect(error).toMatchObject({ response: { status: 503 } });
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'callback-failed' } });
    expect(origin.requests).toHaveLength(1);
  });

  test('paramsSerializer: axios refuses the request, and it is refused once', async () => {
    await using origin = await Origin.listen();
    const serialize = (): never => {
      throw new Error('mine');
    };

    const error = await rejectionOf(
      wrapAxios(axios.create(), soon).post(origin.url, 'x', { params: { a: 1 }, paramsSerializer: { serialize } }),
    );

    expect(error.message).toBe('mine');
    expect(origin.requests).toHaveLength(0);
    expect(reportOf(error)).toMatchObject({ url: origin.url, attempts: { length: 1 }, effect: 'not-applied' });
  });

  test('validateStatus over the fetch adapter throws, and sends the POST once', async () => {
    await using origin = await Origin.listen();
    const validateStatus = (): never => {
      throw Object.assign(new Error('mine'), { code: 'ECONNREFUSED', syscall: 'connect' });
    };

    const error = await rejectionOf(
      wrapAxios(axios.create({ adapter: 'fetch', validateStatus }), soon).post(origin.url, 'x'),
    );

    expect(error.message).toBe('mine');
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied' });
  });
});

test('an error before sending is final, and nothing was applied', async () => {
  const api = wrapAxios(axios.create({ adapter: 'http' }), soon);

  const error = await rejectionOf(api.post('http://origin.test/', 'x'.repeat(100), { maxBodyLength: 10 }));

  expect(reportOf(error)).toMatchObject({
    attempts: { length: 1 },
    decision: { reason: 'programmer-error' },
    effect: 'not-applied',
  });
});

test('a response that is longer than maxContentLength is not asked for again', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(200, { body: 'x'.repeat(100) }));

  const error = await rejectionOf(wrapAxios(axios.create(), soon).get(origin.url, { maxContentLength: 10 }));

  expect(origin.requests).toHaveLength(1);
  expect(reportOf(error)?.decision.reason).toBe('permanent-failure');
});

test('both copies of axios send a POST once if it is cut after processing', async () => {
  await using origin = await Origin.listen();
  for (const library of [axios, required]) {
    const { adapter } = library.defaults;
    origin.plays(processThenReset());
    const error = await rejectionOf(wrapAxios(library, soon).post(origin.url, 'x'));
    if (adapter) library.defaults.adapter = adapter;
    expect(error).toBeInstanceOf(library.AxiosError);
    expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied' });
  }
  expect(origin.applied).toEqual(['POST', 'POST']);
});
