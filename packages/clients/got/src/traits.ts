import { headersFrom, type RequestTraits } from '@twicesafe/core/adapter';
import type { Options } from 'got';

/** got's options, as far as an attempt depends on them. */
export type SentOptions = Pick<
  Options,
  'method' | 'url' | 'headers' | 'body' | 'json' | 'form' | 'stringifyJson' | 'cache' | 'request' | 'http2'
>;

/** The part of a got request that the policy may read, from its current options. Hooks may change them later. */
export function traitsOf({ method, url, headers }: Pick<SentOptions, 'method' | 'url' | 'headers'>): RequestTraits {
  return { method, url: String(url ?? ''), headers: headersFrom({ ...headers }) };
}
