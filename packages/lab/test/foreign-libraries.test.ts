import { betterFetch } from '@better-fetch/fetch';
import { wrapFetch } from '@twicesafe/fetch';
import { type Act, Origin, processThenReset, status } from '@twicesafe/testing';
import { request as gaxios } from 'gaxios';
import { createFetch } from 'ofetch';
import { up } from 'up-fetch';
import { describe, expect, test } from 'vitest';
import wretch from 'wretch';
import { retry as wretchRetry } from 'wretch/middlewares';

type Fetch = typeof globalThis.fetch;
type Call = (fetch: Fetch, url: string, method: string) => Promise<number>;

const body = 'order';
/** It has no types. */
const VERCEL: string = '@vercel/fetch-retry';

/** Libraries that take a fetch, with their own retries off and on: each gives the status that it ended with. */
const LIBRARIES: Readonly<Record<string, Call>> = {
  'ofetch, retry: false': (fetch, url, method) => ofetchStatus(fetch, url, method, false),
  'ofetch, retry: 2': (fetch, url, method) => ofetchStatus(fetch, url, method, 2),
  'up-fetch': async (fetch, url, method) => {
    const upfetch = up(fetch as never) as unknown as (url: string, init: object) => Promise<unknown>;
    return upfetch(url, { method, ...(method === 'GET' ? {} : { body }) } as never).then(() => 200, statusOf);
  },
  'up-fetch with retries': async (fetch, url, method) => {
    const upfetch = up(fetch as never) as unknown as (url: string, init: object) => Promise<unknown>;
    const retry = { attempts: 2, delay: 1, when: ({ response }: { response?: Response }) => response?.status === 503 };
    return upfetch(url, { method, retry, ...(method === 'GET' ? {} : { body }) } as never).then(() => 200, statusOf);
  },
  'better-fetch': (fetch, url, method) => betterStatus(fetch, url, method, {}),
  'better-fetch with retries': (fetch, url, method) =>
    betterStatus(fetch, url, method, { retry: { type: 'linear', attempts: 2, delay: 1 } }),
  'gaxios, retry: false': (fetch, url, method) => gaxiosStatus(fetch, url, method, false),
  'gaxios, retry: true': (fetch, url, method) => gaxiosStatus(fetch, url, method, true),
  '@vercel/fetch-retry': async (fetch, url, method) => {
    const { default: vercelRetry } = await import(VERCEL);
    const retrying = vercelRetry(fetch) as Fetch;
    const retry = { retries: 2, minTimeout: 1, factor: 1 };
    return retrying(url, { method, retry, ...(method === 'GET' ? {} : { body }) } as never).then(
      ({ status }) => status,
      statusOf,
    );
  },
  wretch: (fetch, url, method) => wretchStatus(fetch, url, method, false),
  'wretch with its retry middleware': (fetch, url, method) => wretchStatus(fetch, url, method, true),
};

async function betterStatus(fetch: Fetch, url: string, method: string, options: object): Promise<number> {
  const given = { customFetchImpl: fetch, method, ...options, ...(method === 'GET' ? {} : { body }) };
  const ended = (await betterFetch(url, given as never).catch((error: unknown) => ({ error }))) as { error?: unknown };
  return ended.error ? statusOf(ended.error) : 200;
}

async function ofetchStatus(fetch: Fetch, url: string, method: string, retry: number | false): Promise<number> {
  const client = createFetch({ fetch, Headers, AbortController });
  const init = { method, retry, retryDelay: 1, ...(method === 'GET' ? {} : { body }) };
  return client.raw(url, init as never).then(({ status }) => status, statusOf);
}

async function gaxiosStatus(fetch: Fetch, url: string, method: string, retry: boolean): Promise<number> {
  const options = { url, method, retry, fetchImplementation: fetch, retryConfig: { retryDelay: 1 } };
  return gaxios({ ...options, ...(method === 'GET' ? {} : { data: body }) } as never).then(
    ({ status }) => status,
    statusOf,
  );
}

async function wretchStatus(fetch: Fetch, url: string, method: string, retries: boolean): Promise<number> {
  const client = wretch(url).fetchPolyfill(fetch);
  const given = retries ? client.middlewares([wretchRetry({ delayTimer: 1, maxAttempts: 2 })]) : client;
  return (method === 'GET' ? given : given.body(body))
    .fetch(method)
    .res()
    .then(({ status }) => status, statusOf);
}

/** The status that an error carries, or 0 for a failure without one. */
function statusOf(error: unknown): number {
  const { status, response } = error as { status?: number; response?: { status?: number } };
  return Number(response?.status ?? status ?? 0) || 0;
}

async function over(fetch: Fetch, call: Call, method: string, acts: readonly Act[]) {
  await using origin = await Origin.listen();
  origin.plays(...acts);
  const ended = await call(fetch, origin.url, method);
  return { ended, applied: origin.applied.length, sent: origin.requests.length };
}

describe.each(Object.entries(LIBRARIES))('%s over wrapFetch', (name, call) => {
  const wrapped = wrapFetch({ backoff: () => 1 }) as Fetch;

  test.each(['GET', 'POST'])('a %s that succeeds is the same as over bare fetch', async (method) => {
    const bare = await over(fetch, call, method, [status(200)]);

    expect(await over(wrapped, call, method, [status(200)])).toEqual(bare);
  });

  test('a GET that is busy once succeeds, unless retries were turned off', async () => {
    const { ended } = await over(wrapped, call, 'GET', [status(503)]);

    expect(ended).toBe(name === 'ofetch, retry: false' ? 503 : 200);
  });

  test.each([
    ['answered 503', () => status(503, { applies: true })],
    ['cut', () => processThenReset()],
  ])('a POST applied and then %s is applied no more often than over bare fetch', async (_name, act) => {
    const acts = [act(), act(), act(), act(), act(), act()];
    const bare = await over(fetch, call, 'POST', acts);
    const ours = await over(wrapped, call, 'POST', acts);

    expect(ours.applied).toBeLessThanOrEqual(bare.applied);
  });
});
