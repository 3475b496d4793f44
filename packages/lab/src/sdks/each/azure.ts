import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
} from '@azure/core-rest-pipeline';
import { wrapFetch } from '@twicesafe/fetch';
import { pipeline } from '../recipes/azure.ts';
import type { Calls, Sdk } from '../sdk.ts';

function calls(sent: Pipeline, url: string, client: HttpClient = createDefaultHttpClient()): Calls {
  const send = (method: HttpMethods, body?: string): unknown =>
    sent.sendRequest(
      client,
      createPipelineRequest({ url: `${url}orders`, method, allowInsecureConnection: true, ...(body && { body }) }),
    );
  return { read: () => send('GET'), write: () => send('POST', '{"item":7}') };
}

function clientOf(fetch: typeof globalThis.fetch): HttpClient {
  return {
    async sendRequest(request) {
      const { method, url, headers, body } = request;
      const response = await fetch(url, { method, headers: headers.toJSON(), body: (body ?? null) as string | null });
      const bodyAsText = await response.text();
      return {
        request,
        status: response.status,
        headers: createHttpHeaders(Object.fromEntries(response.headers)),
        bodyAsText,
      };
    },
  };
}

export const azure: Sdk = {
  name: '@azure/core-rest-pipeline',
  file: 'azure',
  retriesOff: '`retryOptions: { maxRetries: 0 }`',
  marks: '`x-ms-client-request-id`, the same on all attempts',
  open: (url, options) => calls(createPipelineFromOptions({}), url, options && clientOf(wrapFetch(options))),
  recipe: (url) => calls(pipeline(), url),
};
