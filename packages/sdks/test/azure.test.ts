import {
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import type { RetryOptions } from '@twicesafe/core';
import { Origin, redirect, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { twicesafe } from '../src/azure.ts';
import type { CallOptions } from './support/subject.ts';
import { sdkSuite } from './support/suite.ts';

const client = createDefaultHttpClient();

async function send(
  url: string,
  method: HttpMethods,
  options: RetryOptions,
  { signal }: CallOptions = {},
  more: Partial<PipelineRequest> = {},
): Promise<object> {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  pipeline.addPolicy(twicesafe(options), { phase: 'Retry' });
  const request = createPipelineRequest({
    url: `${url}orders`,
    method,
    allowInsecureConnection: true,
    ...(signal && { abortSignal: signal }),
  });
  return pipeline.sendRequest(client, Object.assign(request, more));
}

sdkSuite({
  name: 'a pipeline of the Azure SDKs',
  takesFetch: false,
  provesRefusal: false,
  answers: { read: {}, write: {} },
  read: (url, options, call) => send(url, 'GET', options, call),
  write: (url, options, call) => send(url, 'POST', options, call, { body: '{}' }),
});

test('an attempt after a redirect starts at the first URL again, with its body', async () => {
  await using origin = await Origin.listen();
  origin.plays(redirect(307, '/moved'), status(503), status(200));

  await send(origin.url, 'PUT', { skipWaits: true }, {}, { body: '{"item":7}' });

  expect(origin.requests.map(({ target }) => target)).toEqual(['/orders', '/moved', '/orders']);
  expect(origin.requests[2]?.text).toBe('{"item":7}');
});

test('the caller gets the request back with its own signal', async () => {
  await using origin = await Origin.listen();
  const { signal } = new AbortController();
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  pipeline.addPolicy(twicesafe({ attemptTimeoutMs: 5000 }), { phase: 'Retry' });
  const request = createPipelineRequest({ url: origin.url, allowInsecureConnection: true, abortSignal: signal });

  await pipeline.sendRequest(client, request);

  expect(request.abortSignal).toBe(signal);
});
