import { wrapAxios } from '@twicesafe/axios';
import { wrapGot } from '@twicesafe/got';
import { retry } from '@twicesafe/undici';
import axios, { type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import got, { type Got } from 'got';
import { Agent, type Dispatcher, interceptors, RetryAgent, request } from 'undici';

/** Sends one request, and reads its response to the end. */
export type Call = (url: string, init?: RequestInit) => Promise<unknown>;

/** A client with retries, and the same client without them. */
export interface Pair {
  readonly bare: () => Call;
  readonly client: () => Call;
}

const fieldsOf = (init?: RequestInit): Record<string, string> => ({ ...(init?.headers as Record<string, string>) });

const byAxios =
  (api: AxiosInstance): Call =>
  (url, init) =>
    api.request({ url, method: init?.method ?? 'GET', headers: fieldsOf(init), data: init?.body });

const byGot =
  (api: Got): Call =>
  (url, init) => {
    const body = init?.body as string | undefined;
    return api(url, { method: (init?.method ?? 'GET') as 'GET', headers: fieldsOf(init), ...(body && { body }) });
  };

const byUndici =
  (dispatcher: Dispatcher): Call =>
  async (url, init) => {
    const body = (init?.body as string | undefined) ?? null;
    const sent = await request(url, { method: init?.method ?? 'GET', headers: fieldsOf(init), body, dispatcher });
    return sent.body.text();
  };

const retrying = (): AxiosInstance => {
  const api = axios.create();
  axiosRetry(api);
  return api;
};

const bareAxios = (): Call => byAxios(axios.create());
const bareGot = (): Call => byGot(got.extend({ retry: { limit: 0 } }));
const bareUndici = (): Call => byUndici(new Agent());

/**
 * Clients that bring their own transport, so they run on loopback alone. Each is compared with itself without retries.
 */
export const NATIVE: Readonly<Record<string, Pair>> = {
  wrapAxios: { bare: bareAxios, client: () => byAxios(wrapAxios(axios.create())) },
  'axios-retry': { bare: bareAxios, client: () => byAxios(retrying()) },
  wrapGot: { bare: bareGot, client: () => byGot(wrapGot(got)) },
  "got's own retries": { bare: bareGot, client: () => byGot(got) },
  'retry() of @twicesafe/undici': { bare: bareUndici, client: () => byUndici(new Agent().compose(retry())) },
  "undici's retry interceptor": { bare: bareUndici, client: () => byUndici(new Agent().compose(interceptors.retry())) },
  "undici's RetryAgent": { bare: bareUndici, client: () => byUndici(new RetryAgent(new Agent())) },
};
