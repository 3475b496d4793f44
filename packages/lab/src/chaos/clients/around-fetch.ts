import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import fetchRetry from 'fetch-retry';
import ky from 'ky';
import { ofetch } from 'ofetch';
import pRetry from 'p-retry';
import wretch from 'wretch';
import { retry as wretchRetry } from 'wretch/middlewares';
import { ATTEMPT_MS, ATTEMPTS, type Client, initOf, type Message, read, type Send, timedFetch } from '../client.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const STATUSES = [408, 429, 500, 502, 503, 504];

const bare: Send = async (message) => read(await timedFetch(message.url, initOf(message)));

const byKy = (options: Parameters<typeof ky>[1]): Send => {
  const api = ky.create({ timeout: ATTEMPT_MS, ...options });
  return async (message) => read(await api(message.url, initOf(message)));
};

const byFetchRetry = (options?: Parameters<typeof fetchRetry>[1]): Send => {
  const retrying = fetchRetry(timedFetch, options as undefined);
  return async (message) => read(await retrying(message.url, initOf(message)));
};

const byOfetch = (options: object): Send => {
  const api = ofetch.create({ timeout: ATTEMPT_MS, responseType: 'text', ...options });
  return async (message) => {
    await api(message.url, initOf(message) as object);
    return { success: true };
  };
};

/** Makes one attempt and throws if the response is unsuccessful, as p-retry and cockatiel expect. */
async function attempt(message: Message): Promise<{ success: true }> {
  const response = await timedFetch(message.url, initOf(message));
  await response.text();
  if (!response.ok) throw new Error(String(response.status));
  return { success: true };
}

const byPRetry =
  (options: Parameters<typeof pRetry>[1]): Send =>
  (message) =>
    pRetry(() => attempt(message), options);

const policy = retry(handleAll, { maxAttempts: ATTEMPTS - 1, backoff: new ExponentialBackoff({ initialDelay: 100 }) });
const byCockatiel: Send = (message) => policy.execute(() => attempt(message));

const byWretch = (options: Parameters<typeof wretchRetry>[0]): Send => {
  const api = wretch()
    .fetchPolyfill(timedFetch)
    .middlewares([wretchRetry(options)]);
  return async (message) => {
    await api.url(message.url).headers(message.headers).body(message.body).fetch(message.method).text();
    return { success: true };
  };
};

export const aroundFetch: readonly Client[] = [
  { name: 'fetch', setting: 'installed', send: bare },
  { name: 'ky', setting: 'installed', send: byKy({}) },
  {
    name: 'ky',
    setting: 'everything',
    send: byKy({ retry: { limit: ATTEMPTS - 1, methods: [...METHODS], statusCodes: STATUSES, retryOnTimeout: true } }),
  },
  { name: 'fetch-retry', setting: 'installed', send: byFetchRetry() },
  { name: 'fetch-retry', setting: 'everything', send: byFetchRetry({ retries: ATTEMPTS - 1, retryOn: STATUSES }) },
  { name: 'ofetch', setting: 'installed', send: byOfetch({}) },
  { name: 'ofetch', setting: 'everything', send: byOfetch({ retry: ATTEMPTS - 1, retryDelay: 100 }) },
  { name: 'p-retry + fetch', setting: 'everything', send: byPRetry({ retries: ATTEMPTS - 1, minTimeout: 100 }) },
  { name: 'cockatiel + fetch', setting: 'everything', send: byCockatiel },
  { name: 'wretch', setting: 'installed', send: byWretch({}) },
  {
    name: 'wretch',
    setting: 'everything',
    send: byWretch({
      maxAttempts: ATTEMPTS - 1,
      delayTimer: 100,
      retryOnNetworkError: true,
      until: (response) => response?.ok ?? false,
    }),
  },
];
