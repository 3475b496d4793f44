import { keys, type RetryOptions, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import fetchRetry from 'fetch-retry';
import ky from 'ky';
import { createFetch } from 'ofetch';
import pRetry from 'p-retry';
import wretch from 'wretch';
import { retry as wretchRetry } from 'wretch/middlewares';

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const idempotencyKey = keys.custom({ header: 'Idempotency-Key', methods: ['GET', 'POST'] });

/** What applications configure: each row is wrapFetch with these options. */
const CONFIGURATIONS: Readonly<Record<string, RetryOptions>> = {
  'as installed': {},
  attemptTimeoutMs: { attemptTimeoutMs: 5000 },
  idempotencyKey: { idempotencyKey },
  'key + timeout + deadline + events': {
    idempotencyKey,
    attemptTimeoutMs: 5000,
    deadlineMs: 20_000,
    onEvent: () => {},
  },
};

/** wrapFetch around this fetch, in every configuration. */
export function configurationsAround(fetch: Fetch): Readonly<Record<string, Fetch>> {
  return Object.fromEntries(
    Object.entries(CONFIGURATIONS).map(([name, options]) => [`wrapFetch, ${name}`, wrapFetch(fetch, options) as Fetch]),
  );
}

/** Every library that takes a fetch, around this one, each as it comes. */
export function peersAround(fetch: Fetch): Readonly<Record<string, Fetch>> {
  const given = fetch as typeof globalThis.fetch;
  const policy = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(100) });
  const byOfetch = createFetch({ fetch: given, Headers, AbortController });
  const byWretch = wretch().fetchPolyfill(given).middlewares([wretchRetry()]);
  const byKy = ky.create({ fetch: given });
  const byWrappedKy = wrapKy(byKy);
  return {
    'p-retry': (url, init) => pRetry(() => fetch(url, init)),
    'fetch-retry': fetchRetry(fetch),
    cockatiel: (url, init) => policy.execute(() => fetch(url, init)),
    wretch: (url, init) =>
      byWretch
        .url(url)
        .options(init ?? {})
        .fetch(init?.method ?? 'GET')
        .res(),
    ofetch: (url, init) => byOfetch.raw(url, init as object) as Promise<Response>,
    ky: (url, init) => byKy(url, init),
    'wrapKy(ky)': (url, init) => byWrappedKy(url, init),
  };
}
