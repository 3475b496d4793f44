import { type WrappedFetch, wrapFetch } from '@twicesafe/fetch';
import type { SWRConfiguration } from 'swr';

export const fetch: WrappedFetch = wrapFetch(); // for your mutations too

/** For `<SWRConfig value={config}>`. */
export const config: SWRConfiguration = {
  shouldRetryOnError: false,
  fetcher: async (url: string) => {
    const response = await fetch(url);
    return response.ok ? response.json() : Promise.reject(new Error(`status ${response.status}`));
  },
};
