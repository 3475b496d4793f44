import { expect, test } from 'vitest';
import { type LedgerOptions, scriptedOrigin } from '../../src/index.ts';

async function effectsOf(requests: readonly RequestInit[], options: LedgerOptions = {}): Promise<readonly string[]> {
  await using origin = await scriptedOrigin(options);
  for (const init of requests) await fetch(origin.url, init);
  return origin.effects.map(({ method, text }) => `${method} ${text}`);
}

const keyed = { method: 'POST', body: 'a', headers: { 'Idempotency-Key': 'k1' } };

test.each<[string, readonly RequestInit[], readonly string[]]>([
  ['safe methods have no effect', [{}, { method: 'HEAD' }, { method: 'OPTIONS' }], []],
  ['every other request has one', [{ method: 'POST', body: 'a' }, { method: 'DELETE' }], ['POST a', 'DELETE ']],
  ['a repeat with the same key adds none', [keyed, keyed], ['POST a']],
  ['a key on another body adds none', [keyed, { ...keyed, body: 'b' }], ['POST a']],
  ['another key adds one', [keyed, { ...keyed, headers: { 'idempotency-key': 'k2' } }], ['POST a', 'POST a']],
])('%s', async (_, requests, effects) => {
  expect(await effectsOf(requests)).toEqual(effects);
});

test('an application can set its own key header, or none', async () => {
  const own = { ...keyed, headers: { 'X-Request-Id': 'k1' } };

  expect(await effectsOf([own, own], { keyHeader: 'X-Request-ID' })).toEqual(['POST a']);
  expect(await effectsOf([keyed, keyed], { keyHeader: undefined })).toEqual(['POST a', 'POST a']);
});
