import { Agent } from 'node:http';
import { bigBody, hang, Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, test } from 'vitest';
import { keys, reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS, required, soon } from './support.ts';

describe.each(ADAPTERS)('over the %s adapter, as axios itself', (adapter, library) => {
  test("a response keeps the bare client's headers, data and config", async () => {
    await using origin = await Origin.listen();
    const bare = await library.create({ adapter }).put(origin.url, { a: 1 }, { headers: { 'x-mine': 'yes' } });
    const ours = await wrapAxios(library.create({ adapter })).put(
      origin.url,
      { a: 1 },
      { headers: { 'x-mine': 'yes' } },
    );

    expect(ours.data).toEqual(bare.data);
    expect(ours.config.headers.toJSON()).toEqual(bare.config.headers.toJSON());
    expect(Object.keys(ours).sort()).toEqual(Object.keys(bare).sort());
    const [first, second] = origin.requests.map(({ headers, text }) => ({ headers, text }));
    expect(second).toEqual(first);
  });

  test('interceptors and transforms run once per call, whatever the number of attempts', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    const calls: string[] = [];
    const called = <Value>(name: string, value: Value): Value => {
      calls.push(name);
      return value;
    };
    api.interceptors.request.use((config) => called('request', config));
    api.interceptors.response.use((response) => called('response', response));
    origin.plays(status(503), status(503));

    const response = await api.put(origin.url, 'x', {
      transformRequest: (data) => called('transform request', data),
      transformResponse: (data) => called('transform response', data),
    });

    expect(response.status).toBe(200);
    expect(origin.requests).toHaveLength(3);
    expect(calls).toEqual(['request', 'transform request', 'transform response', 'response']);
  });

  test('throws the AxiosError of validateStatus, with data and a report', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    origin.plays(status(503, { body: '{"reason":"busy"}', headers: { 'content-type': 'application/json' } }));

    const error = (await rejectionOf(api.post(origin.url, 'x'))) as AxiosError;

    expect(error).toBeInstanceOf(library.AxiosError);
    expect(library.isAxiosError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE', response: { status: 503, data: { reason: 'busy' } } });
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'not-repeatable' }, effect: 'maybe-applied' });
    expect(reportOf(error.response)).toEqual(reportOf(error));
  });

  test('validateStatus decides what is thrown, and never whether to retry', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter, validateStatus: () => true }), { ...soon, maxAttempts: 2 });
    origin.plays(status(503), status(502));

    const response = await api.get(origin.url);

    expect(response.status).toBe(502);
    expect(reportOf(response)?.attempts).toHaveLength(2);
    const picky = wrapAxios(library.create({ adapter, validateStatus: (code) => code === 201 }), soon);
    const error = (await rejectionOf(picky.get(origin.url))) as AxiosError;
    expect(error.response?.status).toBe(200);
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'succeeded' }, attempts: { length: 1 } });
  });

  test('interceptors get the config object that axios gave its adapter', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), { ...soon, maxAttempts: 2 });
    const met: unknown[] = [];
    const responses: unknown[] = [];
    const sent: unknown[] = [];
    const adapterOfWrapped = api.defaults.adapter as AxiosAdapter;
    // What axios hands to its adapter is what it hands to interceptors, in a response or an error.
    api.defaults.adapter = (config) => {
      sent.push(config);
      return adapterOfWrapped(config);
    };
    api.interceptors.response.use(
      (response) => {
        met.push(response.config);
        return response;
      },
      (error: AxiosError) => {
        met.push(error.config);
        if (error.response) responses.push(error.response.config);
        return Promise.reject(error);
      },
    );
    origin.plays(status(503), status(503), processThenReset());

    await rejectionOf(api.get(origin.url));
    await rejectionOf(api.post(origin.url));
    await api.get(origin.url);
    const controller = new AbortController();
    const { signal } = controller;
    origin.plays(hang());
    const canceled = rejectionOf(api.get(origin.url, { signal }));
    await origin.received(5);
    controller.abort();
    await canceled;

    expect(met).toHaveLength(4);
    expect(responses).toHaveLength(1);
    expect(responses[0]).toBe(sent[0]);
    for (const [index, config] of met.entries()) expect(config).toBe(sent[index]);
  });

  test('a default that an interceptor takes from a request stays away', async () => {
    await using origin = await Origin.listen();
    const auth = { username: 'user', password: 'password' };
    const api = wrapAxios(library.create({ adapter, auth, params: { page: 2 } }), soon);
    api.interceptors.request.use(({ auth: _, params: __, ...config }) => config);
    origin.plays(status(503));

    await api.put(origin.url, 'x');

    const sent = origin.requests.map(({ target, headers }) => [target, headers.authorization]);
    expect(sent).toEqual(Array(2).fill(['/', undefined]));
  });

  test('a config sent again by an interceptor is a new operation with its own key', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), {
      ...soon,
      idempotencyKey: keys.custom({ header: 'Idempotency-Key' }),
    });
    api.interceptors.response.use(undefined, (error: AxiosError) =>
      error.response?.status === 401 ? api.request(error.config as InternalAxiosRequestConfig) : Promise.reject(error),
    );
    origin.plays(processThenReset(), status(401), processThenReset());

    await api.post(origin.url, { a: 1 });

    const sent = origin.requests.map(({ headers }) => headers['idempotency-key']);
    expect(sent).toHaveLength(4);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[3]).toBe(sent[2]);
    expect(sent[2]).not.toBe(sent[0]);
    expect(new Set(origin.requests.map(({ text }) => text))).toEqual(new Set(['{"a":1}']));
  });

  test('timeout is per attempt, and its error is axios own', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter, timeout: 500 }), soon);
    origin.plays(hang(), hang(), status(200));

    const response = await api.get(origin.url);

    expect(reportOf(response)?.attempts.map(({ outcome }) => outcome)).toMatchObject([
      { kind: 'attempt-timeout' },
      { kind: 'attempt-timeout' },
      { status: 200 },
    ]);
    origin.plays(hang());
    const error = (await rejectionOf(api.post(origin.url))) as AxiosError;
    expect(error).toBeInstanceOf(library.AxiosError);
    expect(error.message).toBe('timeout of 500ms exceeded');
    expect(reportOf(error)).toMatchObject({ effect: 'maybe-applied', attempts: { length: 1 } });
  });

  test('progress starts again with each attempt', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    const ended: number[] = [];
    origin.plays(status(503));

    await api.put(origin.url, 'x'.repeat(1000), {
      onUploadProgress: ({ loaded, total }) => void (loaded === total && ended.push(loaded)),
    });

    expect(origin.requests.map(({ text }) => text.length)).toEqual([1000, 1000]);
    expect(ended).toEqual([1000, 1000]);
  });

  test('baseURL, params and auth are in the request of each attempt', async () => {
    await using origin = await Origin.listen();
    const rules = [{ url: /orders\?page=2$/, repeat: 'always' as const }];
    const api = wrapAxios(library.create({ adapter, baseURL: origin.url, auth: { username: 'a', password: 'b' } }), {
      ...soon,
      rules,
    });
    origin.plays(status(503));

    const response = await api.post('orders', undefined, { params: { page: 2 } });

    expect(reportOf(response)?.url).toBe(`${origin.url}orders?page=REDACTED`);
    expect(origin.requests.map(({ target, headers }) => [target, headers.authorization])).toEqual(
      Array(2).fill(['/orders?page=2', 'Basic YTpi']),
    );
  });
});

test('the http adapter streams a response, and destroys it before a retry', async () => {
  await using origin = await Origin.listen();
  // A response that isn't read keeps the only connection.
  using httpAgent = Object.assign(new Agent({ maxSockets: 1 }), { [Symbol.dispose]: () => httpAgent.destroy() });
  const api = wrapAxios(axios.create({ adapter: 'http', httpAgent }), soon);
  origin.plays(bigBody(10_000_000, 503));

  const response = await api.get(origin.url, { responseType: 'stream' });

  expect((await response.data.toArray()).join('')).toBe('ok');
  expect(origin.requests).toHaveLength(2);
});

test('a stream that was destroyed for a retry is not returned when that fails', async () => {
  await using origin = await Origin.listen();
  const api = wrapAxios(axios.create({ adapter: 'http' }), { ...soon, maxAttempts: 2 });
  origin.plays(status(503), processThenReset());

  const error = (await rejectionOf(api.get(origin.url, { responseType: 'stream' }))) as AxiosError;

  expect(origin.requests).toHaveLength(2);
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  expect(error.response).toBeUndefined();
});

test('both copies of axios are at work in these tests', () => {
  expect(required.AxiosError).not.toBe(axios.AxiosError);
  expect(new AxiosHeaders()).toBeInstanceOf(axios.AxiosHeaders);
});
