import { hang, listenersOf, Origin, rejectionOf, stalledBody, status } from '@twicesafe/testing';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { describe, expect, test } from 'vitest';
import { type RetryEvent, reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS } from './support.ts';

describe.each(ADAPTERS)('over the %s adapter', (adapter, library) => {
  /** Both ways to give up. */
  const WAYS: readonly (readonly [name: string, make: () => { config: AxiosRequestConfig; cancel(): void }])[] = [
    [
      'signal',
      () => {
        const controller = new AbortController();
        return { config: { signal: controller.signal }, cancel: () => controller.abort(new Error('left')) };
      },
    ],
    [
      'cancelToken',
      () => {
        const { token, cancel } = library.CancelToken.source();
        return { config: { cancelToken: token }, cancel: () => cancel('left') };
      },
    ],
  ];

  describe.each(WAYS)('%s ends the operation', (name, make) => {
    const limited = (bare: AxiosInstance) => wrapAxios(bare, { attemptTimeoutMs: 60_000 });
    const expectCanceled = (error: unknown): void => {
      expect(library.isCancel(error)).toBe(true);
      expect(error).toBeInstanceOf(library.CanceledError);
      expect(error).toMatchObject({ code: 'ERR_CANCELED', ...(name === 'cancelToken' && { message: 'left' }) });
    };

    test('before it begins', async () => {
      await using origin = await Origin.listen();
      const { config, cancel } = make();
      cancel();

      expectCanceled(await rejectionOf(wrapAxios(library.create({ adapter })).get(origin.url, config)));
      expect(origin.requests).toHaveLength(0);
    });

    test.each([
      ['in flight', hang],
      ['while the body comes', stalledBody],
    ])('%s', async (_, act) => {
      await using origin = await Origin.listen();
      const errors: Error[] = [];
      for (const wrap of [(bare: AxiosInstance) => bare, wrapAxios, limited]) {
        const { config, cancel } = make();
        origin.plays(act());
        const sent = rejectionOf(wrap(library.create({ adapter })).get(origin.url, config));
        await origin.received(errors.length + 1);
        setImmediate(cancel);
        errors.push(await sent);
      }

      const [bare, error, another] = errors;
      expect(Object.keys(error ?? {})).toEqual(Object.keys(bare ?? {}));
      expectCanceled(error);
      expectCanceled(another);
      expect(reportOf(error)).toMatchObject({ decision: { reason: 'aborted' }, attempts: { length: 1 } });
    });

    test('in the wait, at once', async () => {
      await using origin = await Origin.listen();
      const { config, cancel } = make();
      const onEvent = ({ type }: RetryEvent): void => void (type === 'retry-scheduled' && setImmediate(cancel));
      origin.plays(status(503));

      const api = wrapAxios(library.create({ adapter }), { backoff: () => 60_000, onEvent });
      const error = await rejectionOf(api.get(origin.url, config));

      expectCanceled(error);
      expect(origin.requests).toHaveLength(1);
      expect(reportOf(error)).toMatchObject({ decision: { reason: 'aborted' } });
    });

    test('at the gate, and nothing is sent', async () => {
      await using origin = await Origin.listen();
      const api = wrapAxios(library.create({ adapter }), { originGate: 'all' });
      origin.plays(status(503, { headers: { 'retry-after': '30' } }));
      await rejectionOf(api.post(origin.url));
      const { config, cancel } = make();

      const sent = rejectionOf(api.post(origin.url, undefined, config));
      setImmediate(cancel);
      const error = await sent;

      expectCanceled(error);
      expect(origin.requests).toHaveLength(1);
      expect(reportOf(error)).toMatchObject({ attempts: [], effect: 'not-applied' });
    });

    test('while confirm looks', async () => {
      await using origin = await Origin.listen();
      const { config, cancel } = make();
      origin.plays(status(500));
      const confirm = (): Promise<never> => {
        setImmediate(cancel);
        return new Promise(() => {});
      };

      expectCanceled(
        await rejectionOf(wrapAxios(library.create({ adapter }), { confirm }).post(origin.url, 'x', config)),
      );
    });
  });

  describe.each([0, 1])('a signal and a cancelToken together, and way %i is taken', (taken) => {
    const both = () => {
      const ways = WAYS.map(([, make]) => make());
      return { config: Object.assign({}, ...ways.map(({ config }) => config)), cancel: ways[taken]?.cancel };
    };

    test('while the body is transformed: nothing is sent', async () => {
      await using origin = await Origin.listen();
      const { config, cancel } = both();
      const transformRequest = (data: unknown): unknown => {
        cancel?.();
        return data;
      };

      const error = await rejectionOf(
        wrapAxios(library.create({ adapter })).get(origin.url, { ...config, transformRequest }),
      );

      expect(library.isCancel(error)).toBe(true);
      expect(reportOf(error)).toMatchObject({ attempts: [], decision: { reason: 'aborted' } });
      expect(origin.requests).toHaveLength(0);
    });

    test('in the wait: nothing more is sent', async () => {
      await using origin = await Origin.listen();
      const { config, cancel } = both();
      const onEvent = ({ type }: RetryEvent): void =>
        void (type === 'retry-scheduled' && cancel && setImmediate(cancel));
      origin.plays(status(503));

      const api = wrapAxios(library.create({ adapter }), { backoff: () => 60_000, onEvent });
      const error = await rejectionOf(api.get(origin.url, config));

      expect(library.isCancel(error)).toBe(true);
      expect(origin.requests).toHaveLength(1);
    });
  });

  test('a cancelToken shared by many operations keeps none of our listeners', async () => {
    await using origin = await Origin.listen();
    const { token } = library.CancelToken.source();
    const { signal } = new AbortController();
    const api = wrapAxios(library.create({ adapter }), { backoff: () => 1, attemptTimeoutMs: 5000 });

    for (let round = 0; round < 5; round++) {
      origin.plays(status(503));
      await api.get(origin.url, { cancelToken: token, signal });
    }

    const { _listeners } = token as unknown as { _listeners: unknown[] | null };
    expect(_listeners ?? []).toHaveLength(0);
    expect(listenersOf(signal)).toBeLessThanOrEqual(adapter === 'http' ? 0 : origin.requests.length);
  });
});

test("a cancellation inside an adapter of yours isn't the caller's", async () => {
  const { token, cancel } = axios.CancelToken.source();
  const onEvent = ({ type }: RetryEvent): void => void (type === 'retry-scheduled' && setImmediate(cancel, 'left'));
  const adapter = () => Promise.reject(new axios.CanceledError('inner'));
  const api = wrapAxios(axios.create({ adapter }), { backoff: () => 60_000, onEvent });

  const error = await rejectionOf(api.get('http://api.test/', { cancelToken: token }));

  expect(error).toMatchObject({ code: 'ERR_CANCELED', message: 'left' });
});

test('an abort is answered at once, though an adapter of yours ignores the signal', async () => {
  const controller = new AbortController();
  const adapter = () => new Promise<never>(() => {});
  const api = wrapAxios(axios.create({ adapter }));

  const sent = rejectionOf(api.post('http://api.test/', 'order', { signal: controller.signal }));
  await new Promise(setImmediate);
  controller.abort(new Error('left'));

  expect(axios.isCancel(await sent)).toBe(true);
  expect(reportOf(await sent)).toMatchObject({ decision: { reason: 'aborted' }, effect: 'maybe-applied' });
});
