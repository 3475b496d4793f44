import { describe, expect, test } from 'vitest';
import { createPayments, seen } from '../support/payments.ts';

const invalid: readonly [why: string, key: string][] = [
  ['empty', ''],
  ['an empty string', '""'],
  ['two keys', 'a, b'],
  ['two quoted keys', '"a", "b"'],
  ['the same key twice', 'k, k'],
  ['an open quote', '"k'],
  ['a quote within', 'a"b'],
  ['a bare backslash', 'a\\b'],
  ['a bare semicolon', 'a;b'],
  ['a space within', 'a b'],
  ['a bad escape', '"a\\b"'],
  ['something after the string', '"a"b'],
  ['bytes beyond ASCII', 'kl\u00fc'],
  ['bytes beyond ASCII in quotes', '"kl\u00fc"'],
  ['256 characters', 'k'.repeat(256)],
  ['256 characters in quotes', `"${'k'.repeat(256)}"`],
  ['10 kB', 'k'.repeat(10_000)],
  ['10 kB of quotes', '"'.repeat(10_000)],
  ['10 kB of parameters without an end', `"k"${';a=b'.repeat(2_500)};`],
];

test.each(invalid)('%s is refused with 400, and nothing runs', async (_, key) => {
  const api = createPayments();

  expect(await seen(await api.pay(key))).toEqual([400, false, 'key-invalid']);
  expect(api.effects).toEqual([]);
});

describe('is one key', () => {
  test.each([
    ['k', '"k"'],
    ['k', ' k '],
    ['k', '"k";a;b=1;c="x, y;z"'],
    ['k', '"k" ; a=?0'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
    ['"a\\"b\\\\c"', '"a\\"b\\\\c"'],
    ['"a, b; c"', '"a, b; c"'],
    ["!#$%&'()*+-./:<=>?@[]^_`{|}~", '"!#$%&\'()*+-./:<=>?@[]^_`{|}~"'],
    ['k'.repeat(255), `"${'k'.repeat(255)}"`],
    [`"${'\\"'.repeat(255)}"`, `"${'\\"'.repeat(255)}"`],
  ])('%s, sent as %s', async (first, second) => {
    const api = createPayments();

    expect(await seen(await api.pay(first))).toEqual([201, false]);
    expect(await seen(await api.pay(second))).toEqual([201, true]);
  });
});

test('keys differ in case', async () => {
  const api = createPayments();
  await api.pay('k');

  expect(await seen(await api.pay('K'))).toEqual([201, false]);
});

test('the handler gets the key without its quotes', async () => {
  const keys: (string | undefined)[] = [];
  const api = createPayments({}, (_, { key }) => {
    keys.push(key);
    return new Response();
  });

  await api.pay('"a\\"b"');
  await api.pay(undefined);

  expect(keys).toEqual(['a"b', undefined]);
});

test('without a key a request runs, unless a key is required', async () => {
  const free = createPayments();
  const strict = createPayments({ required: true });

  for (let time = 0; time < 2; time += 1) expect(await seen(await free.pay(undefined))).toEqual([201, false]);
  expect(await seen(await strict.pay(undefined))).toEqual([400, false, 'key-missing']);
  expect([free.effects.length, strict.effects.length]).toEqual([2, 0]);
});
