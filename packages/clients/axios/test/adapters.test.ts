import { closedPort, Origin, rejectionOf, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosRequestConfig } from 'axios';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bodyJudge, reportOf, wrapAxios } from '../src/index.ts';
import { soon } from './support.ts';

afterEach(() => vi.unstubAllGlobals());

describe("axios' adapters", () => {
  test.each<[adapter: AxiosRequestConfig['adapter'], attempts: number]>([
    ['http', 2],
    [['http', 'fetch'], 2],
    [[axios.getAdapter('http')], 1],
    [['xhr', axios.getAdapter('http')], 1],
  ])('%s', async (adapter, attempts) => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const api = wrapAxios(axios.create({ ...(adapter && { adapter }) }), { ...soon, maxAttempts: 2 });

    const error = await rejectionOf(api.post(url, 'order'));

    expect(reportOf(error)).toMatchObject({ attempts: { length: attempts } });
  });

  test('http needs no fetch of the runtime, which the jsdom of tests lacks', async () => {
    await using origin = await Origin.listen();
    for (const name of ['fetch', 'Request', 'Response', 'Blob', 'FormData']) vi.stubGlobal(name, undefined);
    origin.plays(status(503), status(400));
    const rules = [{ judge: bodyJudge(() => undefined) }];

    const error = await rejectionOf(
      wrapAxios(axios.create({ adapter: 'http' }), { ...soon, rules }).put(origin.url, Buffer.from('x')),
    );

    expect(reportOf(error)).toMatchObject({ attempts: { length: 2 } });
  });

  test('without any in its defaults, the instance takes the first that works', async () => {
    await using origin = await Origin.listen();
    const bare = axios.create();
    delete bare.defaults.adapter;
    origin.plays(status(503));

    expect(reportOf(await wrapAxios(bare, soon).get(origin.url))?.attempts).toHaveLength(2);
  });
});

describe("somebody else's adapter", () => {
  test("at a relative URL: the report knows the page's", async () => {
    vi.stubGlobal('location', { href: 'https://app.test/shop/' });
    const adapter: AxiosAdapter = async (config) => ({ status: 200, statusText: '', data: '', headers: {}, config });

    const response = await wrapAxios(axios.create({ adapter })).post('../orders', 'x');

    expect(reportOf(response)?.url).toBe('https://app.test/orders');
  });

  test('and a serializer of yours, which is asked once for all rules', async () => {
    const serialize = vi.fn(() => 'page=2');
    const adapter: AxiosAdapter = async (config) => ({ status: 200, statusText: '', data: '', headers: {}, config });
    const rules = [{ url: /never/ }, { url: /2$/, repeat: 'never' as const }];
    const api = wrapAxios(axios.create({ adapter }), { rules });

    const response = await api.get('http://api.test/', { params: { page: 2 }, paramsSerializer: { serialize } });

    expect(reportOf(response)?.url).toBe('http://api.test/?page=REDACTED');
    expect(serialize).toHaveBeenCalledTimes(1);
  });

  test("gets the caller's own signal, or none", async () => {
    const signals: unknown[] = [];
    const adapter: AxiosAdapter = async (config) => {
      signals.push(config.signal);
      return { status: 200, statusText: '', data: '', headers: {}, config };
    };
    const { signal } = new AbortController();

    await wrapAxios(axios.create({ adapter }), soon).get('http://api.test/', { signal });
    await wrapAxios(axios.create({ adapter }), soon).get('http://api.test/');

    expect(signals).toEqual([signal, undefined]);
    expect(signals[0]).toBe(signal);
  });

  test.each([
    ['without a signal', {}],
    ["with the caller's signal", { signal: new AbortController().signal }],
  ])('is cut by attemptTimeoutMs, %s', async (_, given) => {
    const signals: AbortSignal[] = [];
    const adapter: AxiosAdapter = (config) => {
      const own = config.signal as AbortSignal;
      signals.push(own);
      return new Promise((_, reject) => own.addEventListener('abort', () => reject(own.reason)));
    };
    const api = wrapAxios(axios.create({ adapter }), { ...soon, attemptTimeoutMs: 10, maxAttempts: 2 });

    const error = await rejectionOf(api.get('http://api.test/', given));

    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(reportOf(error)).toMatchObject({ attempts: [{ outcome: { kind: 'attempt-timeout' } }, {}] });
  });

  test('gets a fresh config and the same bytes for each attempt', async () => {
    const configs: object[] = [];
    const api = wrapAxios(
      axios.create({
        adapter: async (config) => {
          configs.push(config);
          config.headers.set('X-Attempt', String(configs.length));
          const status = configs.length === 1 ? 503 : 200;
          return { status, statusText: '', data: 'ok', headers: {}, config, request: {} };
        },
      }),
      soon,
    );

    const response = await api.put('/orders/7', { a: 1 });

    expect(configs).toMatchObject([{ data: '{"a":1}' }, { data: '{"a":1}' }]);
    expect(new Set(configs).size).toBe(2);
    expect(response.config.headers.get('x-attempt')).toBe('2');
    expect(reportOf(response)?.attempts).toHaveLength(2);
  });

  test('that makes a second call whose connection is refused after the POST proves nothing', async () => {
    await using origin = await Origin.listen();
    const http = axios.getAdapter('http');
    const adapter: typeof http = async (config) => {
      await http(config);
      return http({ ...config, url: 'http://127.0.0.1:1/audit' });
    };
    const api = wrapAxios(axios.create({ adapter }), soon);

    const error = await rejectionOf(api.post(origin.url, 'order'));

    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test('that throws or returns no promise fails as in bare axios', async () => {
    const thrown = new Error('mine');
    const api = wrapAxios(
      axios.create({
        adapter: () => {
          throw thrown;
        },
      }),
      { ...soon, maxAttempts: 2 },
    );

    expect(await rejectionOf(api.get('http://origin.test/'))).toBe(thrown);
    expect(reportOf(thrown)).toMatchObject({ attempts: [{ delivery: 'unknown' }, { delivery: 'unknown' }] });
  });

  test("that is a mock's, installed later, takes its place and gives it back", async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), soon);
    const { adapter } = api.defaults;
    api.defaults.adapter = async (config) => ({ status: 200, statusText: '', data: 'mock', headers: {}, config });

    expect((await api.get(origin.url)).data).toBe('mock');
    api.defaults.adapter = adapter as NonNullable<typeof adapter>;
    expect(reportOf(await api.get(origin.url))).toBeDefined();
  });
});

test("a `destroy` of an adapter's data is not called", async () => {
  const destroy = vi.fn();
  const answers = [503, 200];
  const adapter: AxiosAdapter = async (config) => {
    const code = answers.shift() as number;
    const response = { status: code, statusText: '', headers: {}, data: { destroy }, config };
    if (code === 200) return response;
    throw Object.assign(new Error('503'), { response });
  };

  await wrapAxios(axios.create({ adapter }), soon).get('http://origin.test/');

  expect(destroy).not.toHaveBeenCalled();
});
