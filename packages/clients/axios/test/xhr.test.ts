import { closedPort, hang, Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import axios from 'axios';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { keys, reportOf, wrapAxios } from '../src/index.ts';
import { soon } from './support.ts';

// The build for browsers looks for XMLHttpRequest when it is loaded, and here nothing else loads it.
vi.mock('axios', async () => {
  const { createRequire } = await import('node:module');
  const { FakeXhr } = await import('./fake-xhr.ts');
  vi.stubGlobal('XMLHttpRequest', FakeXhr);
  return { default: createRequire(import.meta.url)('axios/dist/browser/axios.cjs') };
});
afterAll(() => vi.unstubAllGlobals());

describe('over the xhr adapter, which browsers take', () => {
  test('these tests send through XMLHttpRequest', () => {
    expect(axios.getAdapter(['xhr', 'http'])).toBe(axios.getAdapter('xhr'));
  });

  test('PUT is repeated after 503, with the same bytes', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const response = await wrapAxios(axios.create(), soon).put(origin.url, { a: 1 });

    expect(reportOf(response)).toMatchObject({ attempts: { length: 2 }, effect: 'applied' });
    expect(origin.requests.map(({ text }) => text)).toEqual(['{"a":1}', '{"a":1}']);
  });

  test('never retries a failed POST, because browsers hide whether it was sent', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), soon);
    origin.plays(processThenReset());

    for (const url of [origin.url, `http://127.0.0.1:${await closedPort()}/`]) {
      const error = await rejectionOf(api.post(url, 'x'));
      expect(error).toBeInstanceOf(axios.AxiosError);
      expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    }
    expect(origin.applied).toEqual(['POST']);
  });

  test.each([
    [301, 'maybe-applied'],
    [303, 'maybe-applied'],
    [307, 'maybe-applied'],
  ])('a 425 or a success behind a redirect by %i answers another request', async (code, effect) => {
    await using origin = await Origin.listen();
    const api = wrapAxios(axios.create(), soon);

    for (const end of [status(425), status(200)]) {
      origin.plays(redirect(code, `${origin.url}target`), end);
      const settled: unknown = await api.post(`${origin.url}#part`, 'x').catch((error: unknown) => error);
      expect(reportOf(settled)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect });
    }
    expect(origin.requests).toHaveLength(4);
  });

  test('a 425 to the POST itself is a refusal, and a key is permission', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425));
    expect((await wrapAxios(axios.create(), soon).post(origin.url, 'x')).status).toBe(200);
    const keyed = wrapAxios(axios.create(), { ...soon, idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) });
    origin.plays(processThenReset());

    await keyed.post(origin.url, 'x');

    const [, , first, second] = origin.requests.map(({ headers }) => headers['idempotency-key']);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });

  test('timeout, attemptTimeoutMs and the signal end an attempt', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang(), hang());
    const limited = wrapAxios(axios.create({ timeout: 500 }), soon);
    expect(reportOf(await limited.get(origin.url))?.attempts).toHaveLength(3);
    origin.plays(hang());
    const response = await wrapAxios(axios.create(), { ...soon, attemptTimeoutMs: 500 }).get(origin.url);
    expect(reportOf(response)?.attempts[0]).toMatchObject({ outcome: { kind: 'attempt-timeout' } });
    origin.plays(hang());
    const controller = new AbortController();

    const sent = rejectionOf(wrapAxios(axios.create(), soon).get(origin.url, { signal: controller.signal }));
    await origin.received(6);
    controller.abort();

    expect(axios.isCancel(await sent)).toBe(true);
  });
});
