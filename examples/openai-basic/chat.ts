import { explain, wrapFetch } from '@twicesafe/fetch';
import OpenAI from 'openai';

const apiKey = 'key';

export const clients = {
  /** The SDK retries everything, also a POST that may have been processed. */
  installed: (baseURL: string): OpenAI => new OpenAI({ baseURL, apiKey }),
  /** The SDK's retries are off, and twicesafe decides. */
  wrapped: (baseURL: string): OpenAI => new OpenAI({ baseURL, apiKey, fetch: wrapFetch(), maxRetries: 0 }),
  /** The SDK's retries stay on, and twicesafe blocks those that could do harm. */
  judged: (baseURL: string): OpenAI => new OpenAI({ baseURL, apiKey, fetch: wrapFetch({ outerRetries: 'judge' }) }),
};

/** Lists the models. GET is safe, so a 503 is followed by another attempt. */
export async function listModels(client: OpenAI): Promise<string[]> {
  const { data } = await client.models.list();
  return data.map(({ id }) => id);
}

/** Asks a question. The server charges for each POST that it processes, so a duplicate costs twice. */
export async function ask(client: OpenAI, content: string): Promise<string> {
  try {
    const completion = await client.chat.completions.create({
      model: 'model-7',
      messages: [{ role: 'user', content }],
    });
    return completion.choices[0]?.message.content ?? '';
  } catch (error) {
    if (!(error instanceof OpenAI.APIConnectionError)) throw error;
    // The error is the SDK's own, and the report says whether the question may have been processed.
    return `${error.message} ${explain(error)}`;
  }
}
