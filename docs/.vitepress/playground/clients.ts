import { wrapAxios } from '@twicesafe/axios';
import { type RetryOptions, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import axios, { type AxiosInstance } from 'axios';
import ky from 'ky';
import type { ClientName } from './scenario.ts';

/** Sends one request. Resolves to the client's own response, or rejects with its own error. */
type Send = (url: string, init: SendInit) => Promise<{ readonly status: number }>;

interface SendInit {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client without retries of its own, and the same client wrapped. */
interface PlayedClient {
  readonly bare: Send;
  readonly wrapped: (options: RetryOptions) => Send;
}

const byAxios =
  (api: AxiosInstance): Send =>
  (url, init) =>
    api.request({ url, ...init });

export const PLAYED: Readonly<Record<ClientName, PlayedClient>> = {
  fetch: { bare: (url, init) => fetch(url, init), wrapped: (options) => wrapFetch(options) },
  ky: {
    bare: (url, init) => ky(url, { ...init, retry: 0, throwHttpErrors: false }),
    wrapped: (options) => wrapKy(ky, options),
  },
  axios: {
    bare: byAxios(axios.create({ validateStatus: null })),
    wrapped: (options) => byAxios(wrapAxios(axios.create(), options)),
  },
};
