import Anthropic from '@anthropic-ai/sdk';
import { wrapFetch } from '@twicesafe/fetch';

export function client(baseURL: string): Anthropic {
  return new Anthropic({ baseURL, apiKey: 'key', fetch: wrapFetch(), maxRetries: 0 });
}
