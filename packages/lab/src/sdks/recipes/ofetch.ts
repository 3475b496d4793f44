import { wrapFetch } from '@twicesafe/fetch';
import { type $Fetch, createFetch } from 'ofetch';

export function client(baseURL: string): $Fetch {
  return createFetch({ fetch: wrapFetch(), defaults: { baseURL } });
}
