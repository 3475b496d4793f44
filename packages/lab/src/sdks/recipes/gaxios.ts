import { wrapFetch } from '@twicesafe/fetch';
import { Gaxios } from 'gaxios';

export function client(baseURL: string): Gaxios {
  return new Gaxios({ baseURL, fetchImplementation: wrapFetch() });
}
