import type { Options } from 'ky';
import { expect, test } from 'vitest';
import { KyBody } from '../src/body.ts';

const URL_GIVEN = 'http://127.0.0.1/';
const bodyOf = (options: Options, input: string | Request = URL_GIVEN) => new KyBody(input, options, 0, true);
const request = (body?: string) => new Request(URL_GIVEN, { method: 'POST', ...(body !== undefined && { body }) });

test.each<[given: string, options: Options, input: Request | undefined, content: unknown, stream: boolean]>([
  ['none', {}, undefined, null, false],
  ['null', { body: null }, undefined, null, false],
  ['a text', { body: 'order' }, undefined, 'order', false],
  ['a value for JSON, until ky has made its text', { json: { order: 1 } }, undefined, undefined, false],
  ["a Request's", {}, request('order'), undefined, true],
  ['none of a Request', {}, request(), null, false],
  ["a text in place of a Request's", { body: 'other' }, request('order'), 'other', false],
  ["JSON in place of a Request's", { json: 1 }, request('order'), undefined, false],
  ['a text whose upload is watched', { body: 'order', onUploadProgress: () => {} }, undefined, 'order', true],
])('the content of a body, and whether fetch reads a stream: %s', (_, options, input, content, stream) => {
  const body = bodyOf(options, input);

  expect([body.content, body.stream]).toEqual([content, stream]);
});

test('the content of a stream is the stream', () => {
  const given = new ReadableStream();
  const body = bodyOf({ body: given });

  expect([body.content, body.stream]).toEqual([given, true]);
});

test('the content of a value for JSON is the text that ky made', () => {
  const body = bodyOf({ json: { order: 1 } });

  expect(body.see('{"order":1}')).toBe('{"order":1}');
  expect(body.content).toBe('{"order":1}');
});

test('a stream need not be iterable', () => {
  const given = { getReader() {} } as unknown as ReadableStream;

  expect(bodyOf({ body: given }).stream).toBe(true);
});
