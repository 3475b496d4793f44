import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { endlessBody, Origin, status } from '@twicesafe/testing';
import { Agent, request } from 'undici';
import { afterAll, expect, test } from 'vitest';
import { textOf } from '../src/decoded.ts';
import { bodyJudge, retry } from '../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());

const SAID = '{"is":"fine"}';
const UNREADABLE = '';

// Undici's dispatchers leave the decoding to their caller.
test.each<[name: string, coding: string | undefined, body: string | Uint8Array, text: string]>([
  ['without a coding', undefined, SAID, SAID],
  ['as identity', 'identity', SAID, SAID],
  ['in gzip', 'gzip', gzipSync(SAID), SAID],
  ['in capitals', 'GZIP', gzipSync(SAID), SAID],
  ['in the old name of gzip', 'x-gzip', gzipSync(SAID), SAID],
  ['in deflate', 'deflate', deflateSync(SAID), SAID],
  ['in br', 'br', brotliCompressSync(SAID), SAID],
  ['that claims to be gzip', 'gzip', SAID, UNREADABLE],
  ['in an unknown coding', 'zstd', SAID, UNREADABLE],
])('a judge reads a body %s', async (_, coding, body, text) => {
  await using origin = await Origin.listen();
  const headers = { 'content-type': 'application/json', ...(coding && { 'content-encoding': coding }) };
  origin.plays(status(200, { body, headers }));
  const seen: string[] = [];
  const judge = bodyJudge((_response, read) => void seen.push(read));
  const dispatcher = agent.compose(retry({ rules: [{ judge }] }));

  const response = await request(origin.url, { dispatcher, method: 'POST', body: 'order' });

  expect(seen).toEqual([text]);
  expect(Buffer.from(await response.body.arrayBuffer())).toEqual(Buffer.from(body));
});

test('a body without an end is not read to its end', async () => {
  await using origin = await Origin.listen();
  origin.plays(endlessBody(200, { headers: { 'content-type': 'application/json' } }));
  const seen: string[] = [];
  const judge = bodyJudge((_response, read) => void seen.push(read));
  const dispatcher = agent.compose(retry({ rules: [{ judge }] }));

  const { body } = await request(origin.url, { dispatcher, method: 'POST', body: 'order' });
  body.on('error', () => {}).destroy();

  expect(seen).toEqual([UNREADABLE]);
});

test('a compressed body is inflated up to the limit only', () => {
  const headers = { 'content-encoding': 'gzip' };
  const bomb = gzipSync('x'.repeat(1000));

  expect(textOf(bomb, headers, 1000)).toHaveLength(1000);
  expect(textOf(bomb, headers, 999)).toBeUndefined();
});
