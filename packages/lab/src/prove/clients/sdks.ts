import OpenAI from 'openai';
import Stripe from 'stripe';
import { ATTEMPT_MS, type Client } from '../client.ts';

/** SDKs as installed, with a time limit. */
export const sdks: readonly Client[] = [
  {
    name: 'OpenAI SDK',
    send: (url) => {
      const client = new OpenAI({ apiKey: 'none', baseURL: `${url}v1`, timeout: ATTEMPT_MS, logLevel: 'off' });
      return client.chat.completions.create({ model: 'none', messages: [{ role: 'user', content: 'order' }] });
    },
  },
  {
    name: 'Stripe SDK',
    send: (url) => {
      const { hostname: host, port } = new URL(url);
      const options = { host, port, protocol: 'http', timeout: ATTEMPT_MS, telemetry: false } as const;
      return new Stripe('sk_test_none', options).customers.create({ name: 'order' });
    },
  },
];
