import axios from 'axios';
import axiosRetry from 'axios-retry';
import { Gaxios } from 'gaxios';
import got from 'got';
import { Agent, RetryAgent, request } from 'undici';
import { ATTEMPT_MS, type Client, ORDER } from '../client.ts';

/** Clients that send by node:http or undici. */
export const aroundSockets: readonly Client[] = [
  { name: 'got, as installed', send: (url) => got.post(url, { body: ORDER.body, timeout: { request: ATTEMPT_MS } }) },
  {
    name: 'got, retries POST',
    send: (url) =>
      got.post(url, {
        body: ORDER.body,
        timeout: { request: ATTEMPT_MS },
        retry: { limit: 2, methods: ['POST'] },
      }),
  },
  {
    name: 'axios + axios-retry',
    send: (url) => {
      const api = axios.create({ timeout: ATTEMPT_MS });
      axiosRetry(api);
      return api.post(url, ORDER.body);
    },
  },
  {
    name: 'gaxios, as installed',
    send: (url) =>
      new Gaxios().request({ url, method: 'POST', body: ORDER.body, timeout: ATTEMPT_MS, responseType: 'text' }),
  },
  {
    name: 'undici RetryAgent, retries POST',
    send: async (url) => {
      const agent = new Agent({ headersTimeout: ATTEMPT_MS, bodyTimeout: ATTEMPT_MS });
      const dispatcher = new RetryAgent(agent, { methods: ['POST'] });
      try {
        const { statusCode, body } = await request(url, { ...ORDER, dispatcher });
        await body.text();
        return { statusCode };
      } finally {
        void agent.destroy();
      }
    },
  },
];
