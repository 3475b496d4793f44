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

/** Typical configurations of applications. Each row of the table is wrapFetch with these options. */
export const CONFIGURATIONS: Readonly<Record<string, RetryOptions>> = {
  'wrapFetch, as installed': {},
  'wrapFetch, attemptTimeoutMs': { attemptTimeoutMs: 5000 },
  'wrapFetch, idempotencyKey': { idempotencyKey },
  'wrapFetch, key + timeout + deadline + events': {
    idempotencyKey,
    attemptTimeoutMs: 5000,
    deadlineMs: 20_000,
    onEvent: () => {},
  },
};

/**
 * Functions that make clients on demand, because a second wrapped client in the process would change the cost of the
 * first one.
 */
type Clients = Readonly<Record<string, () => Fetch>>;

/** wrapFetch around this fetch, in every configuration. */
export function configurationsAround(fetch: Fetch): Clients {
  const made = Object.entries(CONFIGURATIONS).map(([name, options]) => [
    name,
    () => wrapFetch(fetch === globalThis.fetch ? undefined : (fetch as typeof globalThis.fetch), options) as Fetch,
  ]);
  return Object.fromEntries(made) as Clients;
}

/** The names of {@link peersAround}. */
export const PEERS = ['p-retry', 'fetch-retry', 'cockatiel', 'wretch', 'ofetch', 'ky', 'wrapKy(ky)'] as const;

/** Wraps this fetch with every library that accepts a fetch, each with its defaults. */
export function peersAround(fetch: Fetch): Clients {
  const given = fetch as typeof globalThis.fetch;
  return {
    'p-retry': () => (url, init) => pRetry(() => fetch(url, init)),
    'fetch-retry': () => fetchRetry(fetch) as Fetch,
    cockatiel: () => {
      const policy = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(100) });
      return (url, init) => policy.execute(() => fetch(url, init));
    },
    wretch: () => {
      const client = wretch().fetchPolyfill(given).middlewares([wretchRetry()]);
      return (url, init) =>
        client
          .url(url)
          .options(init ?? {})
          .fetch(init?.method ?? 'GET')
          .res();
    },
    ofetch: () => {
      const client = createFetch({ fetch: given, Headers, AbortController });
      return (url, init) => client.raw(url, init as object) as Promise<Response>;
    },
    ky: () => {
      const client = ky.create({ fetch: given });
      return (url, init) => client(url, init);
    },
    'wrapKy(ky)': () => {
      const client = wrapKy(ky.create({ fetch: given }));
      return (url, init) => client(url, init);
    },
  };
}
