import { keys, type RetryOptions, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import ky from 'ky';
import { ATTEMPT_MS, type Client, ORDER } from '../client.ts';

const KEYED: RetryOptions = { idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) };
const BUFFERED: RetryOptions = { bufferResponseBytes: 65_536 };

const byFetch = (options: RetryOptions) => (url: string) =>
  wrapFetch(undefined, { attemptTimeoutMs: ATTEMPT_MS, ...options })(url, ORDER);

const byKy = (options: RetryOptions) => (url: string) =>
  wrapKy(ky.create({ timeout: ATTEMPT_MS }), options)(url, ORDER);

export const twicesafe: readonly Client[] = [
  { name: 'wrapFetch', ours: true, send: byFetch({}) },
  { name: 'wrapFetch, buffered', ours: true, send: byFetch(BUFFERED) },
  { name: 'wrapFetch, key', ours: true, send: byFetch(KEYED) },
  { name: 'wrapFetch, key, buffered', ours: true, send: byFetch({ ...KEYED, ...BUFFERED }) },
  { name: 'wrapKy', ours: true, send: byKy(BUFFERED) },
  { name: 'wrapKy, key', ours: true, send: byKy({ ...KEYED, ...BUFFERED }) },
];
