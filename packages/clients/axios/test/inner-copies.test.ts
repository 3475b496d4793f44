import { Origin, processThenReset, status } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosRequestConfig } from 'axios';
import { describe, expect, test } from 'vitest';
import { reportOf, wrapAxios } from '../src/index.ts';
import { soon } from './support.ts';

const http = axios.getAdapter('http');

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
});

test('a mock proves by a status only if you state that nothing inside repeats', async () => {
  const adapter: AxiosAdapter = async (config) => ({ status: 422, statusText: '', headers: {}, data: '', config });

  expect(await post('http://api.test/', { adapter })).toMatchObject({ effect: 'maybe-applied' });
  expect(await post('http://api.test/', { adapter }, { innerRetries: 'none' })).toMatchObject({
    effect: 'not-applied',
  });
});
