import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromParts, uuidV5 } from '../../src/keys/presets/from-parts.ts';
import { sha1 } from '../../src/keys/presets/sha1.ts';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const words = fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 2, maxLength: 5 });

test('a UUIDv5 is the one of RFC 9562, appendix A.4', () => {
  expect(uuidV5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('SHA-1 is that of node:crypto, at every length around a block', () => {
  for (let length = 0; length <= 200; length += 1) {
    const message = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff);

    expect(Buffer.from(sha1(message)).toString('hex')).toBe(createHash('sha1').update(message).digest('hex'));
  }
});

test('SHA-1 is that of node:crypto for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (message) => {
      expect(Buffer.from(sha1(message)).toString('hex')).toBe(createHash('sha1').update(message).digest('hex'));
    }),
  );
});

test('computes the same UUIDv5 as node:crypto, with version and variant set', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string({ unit: 'binary' }), (namespace, name) => {
      const digest = createHash('sha1')
        .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
        .update(name)
        .digest();
      digest[6] = (digest.readUInt8(6) & 0x0f) | 0x50;
      digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;

      expect(uuidV5(namespace, name).replaceAll('-', '')).toBe(digest.subarray(0, 16).toString('hex'));
    }),
  );
});

test('the same parts make the same key for ever', () => {
  expect(fromParts('order-desk', 'run-7', 'charge')).toBe('1132393a-9619-5bdd-a8cb-64521266e5e7');
});

test('a key is a UUID of version 5', () => {
  fc.assert(
    fc.property(words, ([namespace = '', ...parts]) => {
      expect(fromParts(namespace, ...parts)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }),
  );
});

test('two lists of parts make two keys', () => {
  fc.assert(
    fc.property(words, words, (some, others) => {
      const [a = '', ...as] = some;
      const [b = '', ...bs] = others;

      expect(fromParts(a, ...as) === fromParts(b, ...bs)).toBe(JSON.stringify(some) === JSON.stringify(others));
    }),
  );
});

test.each([
  [
    ['a', 'bc'],
    ['ab', 'c'],
  ],
  [
    ['a', 'b', 'c'],
    ['a', 'b,c'],
  ],
  [
    ['a', 'b","c'],
    ['a', 'b', 'c'],
  ],
  [
    ['a', '\ud800'],
    ['a', '\ufffd'],
  ],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
])('%j and %j make two keys', ([a = '', ...as], [b = '', ...bs]) => {
  expect(fromParts(a, ...as)).not.toBe(fromParts(b, ...bs));
});

test.each([
  { parts: ['desk'], error: RangeError, message: 'at least one part' },
  { parts: ['', 'a'], error: RangeError, message: 'namespace must not be empty' },
  { parts: ['desk', 'a', ''], error: RangeError, message: 'part 2 must not be empty' },
  { parts: ['desk', undefined], error: TypeError, message: 'part 1 must be a string, not undefined' },
  { parts: [7, 'a'], error: TypeError, message: 'namespace must be a string, not number' },
])('$parts are refused: $message', ({ parts, error, message }) => {
  const make = () => fromParts(...(parts as [string, ...string[]]));

  expect(make).toThrow(error);
  expect(make).toThrow(message);
});
