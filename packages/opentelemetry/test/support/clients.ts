import { wrapAxios } from '@twicesafe/axios';
import { type RetryOptions, wrapFetch } from '@twicesafe/fetch';
import { wrapGot } from '@twicesafe/got';
import { wrapKy } from '@twicesafe/ky';
import { retry } from '@twicesafe/undici';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import { Agent, request } from 'undici';
import { type TracedOptions, traced } from '../../src/index.ts';

/** Sends a PUT, and reads the response: the span of undici's instrumentation ends with its body. */
type Put = (url: string) => Promise<unknown>;

/** Each client, wrapped and traced. */
export const CLIENTS: Record<string, (options: RetryOptions, tracedOptions?: TracedOptions) => Put> = {
  fetch: (options, tracedOptions) => {
    const fetch = traced(wrapFetch(options), tracedOptions);
    return async (url) => (await fetch(url, { method: 'PUT' })).text();
  },
  ky: (options, tracedOptions) => {
    const api = traced(wrapKy(ky, options), tracedOptions).extend({ timeout: false });
    // With `throwHttpErrors: false`, ky accepts every response, and nothing is retried.
    return (url) => api.put(url).text();
  },
  axios: (options, tracedOptions) => {
    const api = traced(wrapAxios(axios.create({ validateStatus: () => true }), options), tracedOptions);
    return (url) => api.put(url);
  },
  got: (options, tracedOptions) => {
    const client = traced(wrapGot(got, options), tracedOptions).extend({ throwHttpErrors: false });
    return (url) => client.put(url);
  },
  undici: (options, tracedOptions) => {
    const dispatcher = traced(new Agent().compose(retry(options)), tracedOptions);
    return async (url) => (await request(url, { method: 'PUT', dispatcher })).body.text();
  },
};
