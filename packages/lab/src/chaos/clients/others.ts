import axios from 'axios';
import axiosRetry, { type IAxiosRetryConfig } from 'axios-retry';
import { Gaxios, type RetryConfig } from 'gaxios';
import got, { type RetryOptions } from 'got';
import { Agent, RetryAgent, request } from 'undici';
import { ATTEMPT_MS, ATTEMPTS, type Client, type Send } from '../client.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const byGot = (options: Partial<RetryOptions>): Send => {
  const api = got.extend({ timeout: { request: ATTEMPT_MS }, retry: options });
  return async ({ url, method, headers, body }) => {
    await api(url, { method: method as 'GET', headers: { ...headers }, ...(body !== undefined && { body }) });
    return { success: true };
  };
};

const byAxios = (options: IAxiosRetryConfig): Send => {
  const api = axios.create({ timeout: ATTEMPT_MS, responseType: 'text' });
  axiosRetry(api, options);
  return async ({ url, method, headers, body }) => {
    await api.request({ url, method, headers: { ...headers }, data: body });
    return { success: true };
  };
};

const byGaxios = (options: { retry?: boolean; retryConfig?: RetryConfig }): Send => {
  const api = new Gaxios({ timeout: ATTEMPT_MS, responseType: 'text', ...options });
  return async ({ url, method, headers, body }) => {
    await api.request({ url, method: method as 'GET', headers, ...(body !== undefined && { body }) });
    return { success: true };
  };
};

const byRetryAgent = (options: ConstructorParameters<typeof RetryAgent>[1]): Send => {
  const dispatcher = new RetryAgent(new Agent({ headersTimeout: ATTEMPT_MS, bodyTimeout: ATTEMPT_MS }), options);
  return async ({ url, method, headers, body }) => {
    const response = await request(url, { method, headers: { ...headers }, body: body ?? null, dispatcher });
    await response.body.text();
    return { success: response.statusCode < 300 };
  };
};

export const others: readonly Client[] = [
  { name: 'got', setting: 'installed', send: byGot({}) },
  { name: 'got', setting: 'everything', send: byGot({ limit: ATTEMPTS - 1, methods: [...METHODS] }) },
  { name: 'axios + axios-retry', setting: 'installed', send: byAxios({}) },
  {
    name: 'axios + axios-retry',
    setting: 'everything',
    send: byAxios({
      retries: ATTEMPTS - 1,
      retryCondition: () => true,
      retryDelay: axiosRetry.exponentialDelay,
      shouldResetTimeout: true,
    }),
  },
  { name: 'gaxios', setting: 'installed', send: byGaxios({ retry: true }) },
  {
    name: 'gaxios',
    setting: 'everything',
    send: byGaxios({
      retryConfig: { retry: ATTEMPTS - 1, noResponseRetries: ATTEMPTS - 1, httpMethodsToRetry: [...METHODS] },
    }),
  },
  { name: 'undici RetryAgent', setting: 'installed', send: byRetryAgent({}) },
  {
    name: 'undici RetryAgent',
    setting: 'everything',
    send: byRetryAgent({ maxRetries: ATTEMPTS - 1, minTimeout: 100, methods: [...METHODS] }),
  },
];
