import { expect, test } from 'vitest';
import { type HeadersSource, headersFrom } from '../src/headers-from.ts';

test.each<[string, HeadersSource]>([
  ['Headers', new Headers({ 'Retry-After': '2' })],
  ['a plain object', { 'Retry-After': '2' }],
  ['a plain object with a number', { 'retry-after': 2 }],
  ['pairs', [['RETRY-AFTER', '2']]],
  ['names and values in turn', ['Date', 'now', 'Retry-After', '2']],
  ['a Map', new Map([['Retry-After', '2']]) as unknown as HeadersSource],
  ['anything with get', { get: (name) => (name.toLowerCase() === 'retry-after' ? '2' : null) }],
])('%s is read by a name of any case', (_, source) => {
  const headers = headersFrom(source);

  expect([headers.get('retry-after'), headers.get('Retry-After'), headers.get('RETRY-AFTER')]).toEqual(['2', '2', '2']);
  for (const other of ['retry-afte', 'retry-after2', 'etry-after', 'retry-aftex']) {
    expect(headers.get(other)).toBeNull();
  }
});

test.each<[string, HeadersSource, string | null]>([
  ['several values of a name', { vary: ['a', 'b'] }, 'a, b'],
  [
    'several fields of a name',
    [
      ['Vary', 'a'],
      ['vary', 'b'],
    ],
    'a, b',
  ],
  ['several fields in turn', ['Vary', 'a', 'vary', 'b'], 'a, b'],
  ['blanks around a value', { vary: ' a ' }, 'a'],
  ['an empty value', { vary: '' }, ''],
  ['no value', { vary: undefined }, null],
  ['a null value', { vary: null }, null],
  [
    'a null beside a value',
    [
      ['vary', null],
      ['vary', 'b'],
    ],
    'b',
  ],
  ['an empty list', [], null],
  ['an empty object', {}, null],
  ['a name without a value', ['vary'], null],
  ['a value that reads like a name', ['accept', 'vary', 'a', 'b'], null],
])('%s', (_, source, value) => {
  expect(headersFrom(source).get('vary')).toBe(value);
});

test('nothing has no headers', () => {
  expect(headersFrom(undefined).get('vary')).toBeNull();
});
