import { wrapFetch } from '@twicesafe/fetch';
import Stripe from 'stripe';
import { client } from '../recipes/stripe.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: Stripe): Calls {
  return { read: () => sdk.customers.list(), write: () => sdk.customers.create({ name: 'order' }) };
}

export const stripe: Sdk = {
  name: 'stripe',
  file: 'stripe',
  retriesOff: '`maxNetworkRetries: 0`, which still repeats once after a reset, except with the fetch client',
  marks: '`Idempotency-Key`, the same on all attempts of a POST',
  open(url, options) {
    const { hostname: host, port } = new URL(url);
    const httpClient = options && Stripe.createFetchHttpClient(wrapFetch(options));
    const settings = { host, port, protocol: 'http', telemetry: false, ...(httpClient && { httpClient }) } as const;
    return calls(new Stripe('sk_test_key', settings));
  },
  recipe: (url) => calls(client(url)),
};
