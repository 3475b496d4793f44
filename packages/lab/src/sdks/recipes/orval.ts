import { wrapFetch } from '@twicesafe/fetch';

const fetch = wrapFetch();

/** In orval.config.ts: `client: 'fetch', override: { mutator: { path: './custom-fetch.ts', name: 'customFetch' } }`. */
export async function customFetch<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, data: text && JSON.parse(text) } as T;
}
