import { wrapFetch } from '@twicesafe/fetch';
import wretchClient, { type Wretch } from 'wretch';
import { retry } from 'wretch/middlewares';
import { client } from '../recipes/wretch.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: Wretch): Calls {
  return { read: () => sdk.get('orders').res(), write: () => sdk.post({ item: 7 }, 'orders').res() };
}

export const wretch: Sdk = {
  name: 'wretch with its retry middleware',
  file: 'wretch',
  retriesOff: 'leave the middleware out',
  marks: 'none',
  open(url, options) {
    const sdk = wretchClient(url).middlewares([retry({ delayTimer: 1, maxAttempts: 3, retryOnNetworkError: true })]);
    return calls(options ? sdk.fetchPolyfill(wrapFetch(options)) : sdk);
  },
  recipe: (url) => calls(client(url)),
};
