import Anthropic from '@anthropic-ai/sdk';
import { wrapFetch } from '@twicesafe/fetch';
import { client } from '../recipes/anthropic.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sdk: Anthropic): Calls {
  const message = { model: 'none', max_tokens: 1, messages: [{ role: 'user', content: 'order' }] } as const;
  return {
    read: () => sdk.models.list(),
    write: () => sdk.messages.create({ ...message, messages: [...message.messages] }),
  };
}

export const anthropic: Sdk = {
  name: '@anthropic-ai/sdk',
  file: 'anthropic',
  retriesOff: '`maxRetries: 0`',
  marks: '`x-stainless-retry-count`',
  open: (baseURL, options) =>
    calls(new Anthropic({ baseURL, apiKey: 'key', ...(options && { fetch: wrapFetch(options) }) })),
  recipe: (url) => calls(client(url)),
};
