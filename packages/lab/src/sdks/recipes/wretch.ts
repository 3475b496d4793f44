import { wrapFetch } from '@twicesafe/fetch';
import wretch, { type Wretch } from 'wretch';

// Instead of wretch's retry middleware.
export function client(url: string): Wretch {
  return wretch(url).fetchPolyfill(wrapFetch());
}
