import { Readable } from 'node:stream';
import { Origin, rejectionOf, status } from '@twicesafe/testing';
import type { OptionsInit } from 'got';
import { describe, expect, test } from 'vitest';
import { protocol, reportOf, retryContext, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const stream = (): Readable => Readable.from([Buffer.from('stre'), Buffer.from('amed')]);
const form = (): FormData => {
  const data = new FormData();
  data.set('a', 'b');
  return data;
};

describe.each(VERSIONS)('request bodies of %s', (_, got) => {
  test('a stream longer than bufferRequestBytes is sent once', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const client = wrapGot(got, { backoff: () => 1, bufferRequestBytes: 7 });

    const response = await client.put(origin.url, { body: stream(), throwHttpErrors: false });

    expect(origin.requests.map(({ text }) => text)).toEqual(['streamed']);
    expect(reportOf(response)?.decision.reason).toBe('body-not-replayable');
  });

  test('a list of chunks is sent again', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    await wrapGot(got, { backoff: () => 1 }).put(origin.url, { body: ['one', 'two'] as never });

    expect(origin.requests.map(({ text }) => text)).toEqual(['onetwo', 'onetwo']);
  });

  test.each<[string, 'POST' | 'PUT', number, () => OptionsInit['body']]>([
    ['bytes of a POST', 'POST', 100, () => Buffer.from('bytes')],
    ['a stream of a POST', 'POST', 100, stream],
    ['a stream that is not kept', 'PUT', 0, stream],
  ])('%s are sent as the caller gave them, because nothing can be repeated', async (_name, method, kept, make) => {
    await using origin = await Origin.listen();
    const body = make();
    const seen: unknown[] = [];
    const hooks = { beforeRequest: [(options: { body?: unknown }) => void seen.push(options.body)] };

    await wrapGot(got, { bufferRequestBytes: kept })(origin.url, { method, body: body as never, hooks });

    expect(seen).toEqual([expect.toSatisfy((each) => each === body)]);
  });

  test.each([
    ['its own type and length', {}, /^multipart\/form-data; boundary=----twicesafe-/],
    ['the type that the caller gave', { 'content-type': 'multipart/form-data; boundary=own' }, /boundary=own$/],
  ])('a form has %s', async (_name, headers, type) => {
    await using origin = await Origin.listen();

    await wrapGot(got).put(origin.url, { body: form(), headers });

    const [sent] = origin.requests;
    expect(sent?.headers['content-type']).toMatch(type);
    expect(sent?.headers['content-length']).toBe(String(sent?.body.length));
  });

  test.each<[string, OptionsInit, string | undefined]>([
    ['text', { body: 'text' }, 'text'],
    ['bytes', { body: Buffer.from('bytes') }, 'bytes'],
    ['json', { json: { a: 1 } }, '{"a":1}'],
    ['json that the caller writes', { json: null, stringifyJson: () => 'own' }, 'own'],
    ['a form', { form: { a: 'b c' } }, 'a=b+c'],
    ['no body', {}, undefined],
    ['a multipart form', { body: form() }, undefined],
    ['a body that is made', { context: retryContext({ body: stream }) }, undefined],
  ])('a protocol reads %s before and after it is sent', async (_name, options, text) => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const read: unknown[] = [];
    const spy = protocol({
      name: 'Spy',
      namesKeys: true,
      read: ({ body }) => {
        read.push(body());
        return undefined;
      },
    });

    const error = await rejectionOf(wrapGot(got, { protocols: [spy] }).post(origin.url, options));

    expect(reportOf(error)?.decision.reason).toBe('not-repeatable');
    expect(read).not.toEqual([]);
    expect(new Set(read)).toEqual(new Set([text]));
    expect(origin.requests).toHaveLength(1);
  });

  test('a protocol reads a stream that is kept', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const says = protocol({
      name: 'Says',
      read: ({ body }) => (body() === 'streamed' ? { subject: 'stream', semantics: 'safe' } : undefined),
    });
    const client = wrapGot(got, { backoff: () => 1, bufferRequestBytes: 8, protocols: [says] });

    await client.post(origin.url, { body: stream() });

    expect(origin.requests.map(({ text }) => text)).toEqual(['streamed', 'streamed']);
  });
});
