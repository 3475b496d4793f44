import { Readable } from 'node:stream';
import {
  createDefaultHttpClient,
  createFileFromStream,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import type { RetryOptions } from '@twicesafe/core';
import { Origin, redirect, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
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

describe('a body is never lost on a repeat', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const put = async (more: Partial<PipelineRequest>, below: boolean, contentType?: string) => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(200));
    const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
    pipeline.addPolicy(
      twicesafe({ skipWaits: true }),
      below ? { phase: 'Retry' } : { beforePolicies: ['formDataPolicy', 'multipartPolicy'] },
    );
    const request = createPipelineRequest({ url: origin.url, method: 'PUT', allowInsecureConnection: true });
    if (contentType) request.headers.set('content-type', contentType);
    await pipeline.sendRequest(client, Object.assign(request, more));
    return origin.requests.map(({ text }) => text);
  };

  test.each([true, false])(
    'forms and parts that can be read again are sent again: below Azure’s: %s',
    async (below) => {
      const parts = [{ body: bytes('first part'), headers: createHttpHeaders() }];
      for (const [more, text] of [
        [{ formData: { order: 'a form' } }, 'a form'],
        [{ formData: { order: new Blob(['a file']) } }, 'a file'],
        [{ multipartBody: { parts } }, 'first part'],
        [{ body: () => Readable.from(['made again']) }, 'made again'],
      ] as const) {
        const sent = await put(more as never, below, 'multipartBody' in more ? 'multipart/mixed' : undefined);

        expect(sent).toEqual([expect.stringContaining(text), sent[0]]);
      }
    },
  );

  test.each([true, false])('a stream among the parts is sent once: below Azure’s: %s', async (below) => {
    const streamed = () => Readable.from([Buffer.from('only once')]);
    const file = createFileFromStream(streamed, 'order.txt');
    const parts = () => [{ body: streamed() as never, headers: createHttpHeaders() }];
    for (const more of [{ formData: { order: file } }, { multipartBody: { parts: parts() } }, { body: streamed() }])
      expect(await put(more as never, below, 'multipartBody' in more ? 'multipart/mixed' : undefined)).toHaveLength(1);
  });

  test('a header removed by a redirect is back on the next attempt', async () => {
    await using other = await Origin.listen({ respond: () => status(503) });
    await using origin = await Origin.listen();
    origin.plays(redirect(307, `${other.url}moved`), status(200));
    const pipeline = createPipelineFromOptions({
      retryOptions: { maxRetries: 0 },
      redirectOptions: { allowCrossOriginRedirects: true },
    });
    pipeline.addPolicy(twicesafe({ skipWaits: true }), { phase: 'Retry' });
    const request = createPipelineRequest({
      url: origin.url,
      method: 'PUT',
      allowInsecureConnection: true,
      body: '{}',
    });
    request.headers.set('authorization', 'Bearer own');

    await pipeline.sendRequest(client, request);

    expect(other.requests.map((each) => each.headers.authorization)).toEqual([undefined]);
    expect(origin.requests.map((each) => each.headers.authorization)).toEqual(['Bearer own', 'Bearer own']);
  });
});
