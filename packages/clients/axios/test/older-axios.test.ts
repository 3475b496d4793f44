import { closedPort, Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import type axios from 'axios';
import oldest from 'axios-1.3';
import newer from 'axios-1.11';
import { describe, expect, test } from 'vitest';
import { keys, reportOf, wrapAxios } from '../src/index.ts';
import { soon } from './support.ts';

const key = { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) };

// 1.3 is the oldest that sends blobs; 1.11 the last whose fetch adapter takes no other fetch.
describe.each<[adapter: 'http' | 'fetch', library: typeof axios]>([
  ['http', oldest as unknown as typeof axios],
  ['http', newer as unknown as typeof axios],
  ['fetch', newer as unknown as typeof axios],
])('the %s adapter of an older axios', (adapter, library) => {
  const create = (options?: object) => wrapAxios(library.create({ adapter }), { ...soon, ...options });

  test('repeats PUT with the same bytes and headers', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(503));
    const form = new FormData();
    form.set('order', '7');

    const response = await create().put(origin.url, form, { headers: { 'x-mine': 'yes' } });

    expect(response.data).toBe('ok');
    const [first, ...repeats] = origin.requests.map(({ text, headers }) => ({ text, headers }));
    expect(first?.headers).toMatchObject({ 'x-mine': 'yes', 'content-type': expect.stringContaining('boundary=') });
    expect(repeats).toEqual([first, first]);
  });

  test('sends a POST in doubt once, and throws its own error', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), redirect(307, `http://127.0.0.1:${await closedPort()}/`));

    for (const _ of origin.url.slice(0, 2)) {
      const error = await rejectionOf(create().post(origin.url, 'x'));
      expect(error).toBeInstanceOf(library.AxiosError);
      expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
    }
    expect(origin.requests).toHaveLength(2);
  });

  test('knows a redirect, or knows that it does not know', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    origin.plays(redirect(307, other.url), redirect(307, other.url));
    other.plays(status(425), status(503));

    for (const options of [{}, key]) {
      const error = await rejectionOf(create(options).post(origin.url, 'x'));
      expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'answered' }] });
    }
  });

  test('a success after a redirect by 303 answers another request', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(303, `${origin.url}target`));

    expect(reportOf(await create().post(origin.url, 'x'))).toMatchObject({ effect: 'maybe-applied' });
  });

  test('is canceled in the wait', async () => {
    await using origin = await Origin.listen();
    const controller = new AbortController();
    origin.plays(status(503));

    const sent = rejectionOf(create({ backoff: () => 60_000 }).get(origin.url, { signal: controller.signal }));
    await origin.received(1);
    setTimeout(() => controller.abort(), 20);
    const error = await sent;

    expect(error).toBeInstanceOf(library.CanceledError);
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'aborted' } });
  });
});

test('an older http adapter proves never sent, and its fetch adapter proves nothing', async () => {
  const url = `http://127.0.0.1:${await closedPort()}/`;
  const attempts: (number | undefined)[] = [];
  for (const [library, adapter] of [
    [oldest, 'http'],
    [newer, 'http'],
    [newer, 'fetch'],
  ] as const) {
    const api = wrapAxios(library.create({ adapter }) as unknown as ReturnType<typeof axios.create>, soon);
    attempts.push(reportOf(await rejectionOf(api.post(url)))?.attempts.length);
  }

  expect(attempts).toEqual([3, 3, 1]);
});
