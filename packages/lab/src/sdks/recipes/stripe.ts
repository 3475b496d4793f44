import { keys, wrapFetch } from '@twicesafe/fetch';
import Stripe from 'stripe';

const fetch = wrapFetch({ idempotencyKey: keys.stripe() });

export function client(url: string): Stripe {
  const { hostname: host, port } = new URL(url);
  const httpClient = Stripe.createFetchHttpClient(fetch);
  return new Stripe('sk_test_key', { host, port, protocol: 'http', httpClient, maxNetworkRetries: 0 });
}
