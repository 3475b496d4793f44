import { headersFrom, type RequestTraits } from '@twicesafe/core';
import type { Options } from 'got';

/** got's options, as far as an attempt depends on them. */
export type SentOptions = Pick<
  Options,
  'method' | 'url' | 'headers' | 'body' | 'json' | 'form' | 'stringifyJson' | 'cache' | 'request' | 'http2'
>;

/** What the policy may know about a request of got's, as its options are now. Hooks may change them later. */
export function traitsOf({ method, url, headers }: Pick<SentOptions, 'method' | 'url' | 'headers'>): RequestTraits {
  return { method, url: String(url ?? ''), headers: headersFrom({ ...headers }) };
}
