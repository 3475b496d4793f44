import { type Client, createClient } from '@hey-api/client-fetch';
import { wrapFetch } from '@twicesafe/fetch';

export function client(baseUrl: string): Client {
  return createClient({ baseUrl, fetch: wrapFetch() });
}
