import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { createRetryPolicy, type Report, reportOf, wrapAxios } from '../src/index.ts';

const api: AxiosInstance = wrapAxios(axios.create(), { maxAttempts: 4 });
const same: typeof axios = wrapAxios(axios, createRetryPolicy());
void same;

// The word of one request, in every form of a call, and in the defaults of an instance.
api.get<string>('/orders/7', { retry: { deadlineMs: 1000 } }).then(({ data }) => data.length);
api.post('/orders', {}, { retry: { idempotencyKey: 'order-7', idempotent: true } });
api({ url: '/', retry: false });
api.interceptors.request.use((config) => ({ ...config, retry: { maxAttempts: 1 } }));
axios.create({ retry: { maxAttempts: 2 } });

// @ts-expect-error an option that does not exist
api.get('/', { retry: { idempotant: true } });
// @ts-expect-error true is no option
api.get('/', { retry: true });
// @ts-expect-error fetch is no axios instance
wrapAxios(globalThis.fetch);

const config: AxiosRequestConfig = { retry: { body: () => 'fresh' } };
void config;
const report: Report | undefined = reportOf(new Error('any'));
void report;
