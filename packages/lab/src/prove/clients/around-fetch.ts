import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import fetchRetry from 'fetch-retry';
import ky from 'ky';
import { ofetch } from 'ofetch';
import pRetry from 'p-retry';
import wretch from 'wretch';
import { retry as wretchRetry } from 'wretch/middlewares';
import { ATTEMPT_MS, type Client, ORDER, post, timedFetch } from '../client.ts';

/** Sends an order and throws on failure, because p-retry and cockatiel don't read HTTP statuses. */
async function postOrThrow(url: string): Promise<Response> {
  const response = await post(url);
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

/** Clients that send by the fetch of the platform. */
export const aroundFetch: readonly Client[] = [
  { name: 'fetch', send: post },
  { name: 'ky, as installed', send: (url) => ky(url, { ...ORDER, timeout: ATTEMPT_MS }).text() },
  {
    name: 'ky, retries POST',
    send: (url) =>
      ky(url, { ...ORDER, timeout: ATTEMPT_MS, retry: { limit: 2, methods: ['post'], retryOnTimeout: true } }).text(),
  },
  { name: 'p-retry + fetch', send: (url) => pRetry(() => postOrThrow(url)) },
  {
    name: 'cockatiel + fetch',
    send: (url) =>
      retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }).execute(() => postOrThrow(url)),
  },
  {
    name: 'fetch-retry',
    send: async (url) => {
      const response = await fetchRetry(timedFetch)(url, ORDER);
      await response.text();
      return response;
    },
  },
  { name: 'ofetch, as installed', send: (url) => ofetch(url, { ...ORDER, timeout: ATTEMPT_MS, responseType: 'text' }) },
  {
    name: 'wretch + its retry',
    send: (url) => wretch(url).fetchPolyfill(timedFetch).middlewares([wretchRetry()]).post(ORDER.body).text(),
  },
];
