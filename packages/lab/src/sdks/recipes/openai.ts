import { wrapFetch } from '@twicesafe/fetch';
import OpenAI from 'openai';

export function client(baseURL: string): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'key', fetch: wrapFetch(), maxRetries: 0 });
}
