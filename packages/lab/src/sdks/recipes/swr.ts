import { type WrappedFetch, wrapFetch } from '@twicesafe/fetch';
import type { SWRConfiguration } from 'swr';

export const fetch: WrappedFetch = wrapFetch(); // for your mutations too

/** For `<SWRConfig value={config}>`. */
export const config: SWRConfiguration = {
  shouldRetryOnError: false,
  fetcher: async (url: string) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  },
};
