import { wrapFetch } from '@twicesafe/fetch';
import OpenAI from 'openai';
import { client } from '../recipes/openai.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: OpenAI): Calls {
  return {
    read: () => sdk.models.list(),
    write: () => sdk.chat.completions.create({ model: 'none', messages: [{ role: 'user', content: 'order' }] }),
  };
}

export const openai: Sdk = {
  name: 'openai',
  file: 'openai',
  retriesOff: '`maxRetries: 0`',
  marks: '`x-stainless-retry-count`',
  open: (baseURL, options) =>
    calls(new OpenAI({ baseURL, apiKey: 'key', ...(options && { fetch: wrapFetch(options) }) })),
  recipe: (url) => calls(client(url)),
};
