import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyScheme } from '../../src/keys/scheme.ts';
import { checkKeyScheme, checkKeyValue, customKeyScheme } from '../../src/keys/scheme.ts';

const careful = customKeyScheme({ header: 'K' });

test('a scheme is careful where nothing is said', () => {
  expect(careful).toEqual({
    header: 'K',
    format: 'bare',
    methods: ['POST', 'PATCH'],
    maxLength: 255,
    windowMs: 24 * 60 * 60 * 1000,
    inFlightStatuses: [],
  });
});

test('a scheme is frozen, and ignores later changes to its lists', () => {
  const methods = ['POST'];
  const inFlightStatuses = [409];
  const scheme = customKeyScheme({ header: 'K', methods, inFlightStatuses });

  methods.push('GET');
  inFlightStatuses.push(500);

  expect(scheme).toMatchObject({ methods: ['POST'], inFlightStatuses: [409] });
  expect([scheme, scheme.methods, scheme.inFlightStatuses].every(Object.isFrozen)).toBe(true);
});

test('a scheme may say everything', () => {
  const scheme: KeyScheme = {
    header: 'X-Key',
    format: 'string',
    methods: [],
    maxLength: 1,
    pattern: /^k/,
    windowMs: Infinity,
    inFlightStatuses: [409, 423],
    replayHeader: 'Replayed',
    firstSentHeader: 'First-Sent',
    generate: () => 'k',
    callerKeys: 'ignore',
  };

  expect(() => checkKeyScheme('idempotencyKey', scheme)).not.toThrow();
});

test.each<{ member: string; value: unknown; error?: ErrorConstructor }>([
  { member: 'header', value: undefined, error: TypeError },
  { member: 'header', value: 7, error: TypeError },
  { member: 'header', value: '', error: RangeError },
  { member: 'header', value: 'X Key', error: RangeError },
  { member: 'header', value: 'Key:', error: RangeError },
  { member: 'replayHeader', value: 'a\nb', error: RangeError },
  { member: 'firstSentHeader', value: 'é', error: RangeError },
  { member: 'firstSentHeader', value: 'k', error: RangeError },
  { member: 'firstSentHeader', value: 'Host', error: RangeError },
  { member: 'inFlightStatuses[0]', value: [409.5], error: RangeError },
  { member: 'format', value: 'quoted' },
  { member: 'format', value: undefined, error: TypeError },
  { member: 'methods', value: 'POST' },
  { member: 'methods', value: undefined, error: TypeError },
  { member: 'methods[0]', value: ['PO ST'], error: RangeError },
  { member: 'maxLength', value: 0, error: RangeError },
  { member: 'maxLength', value: 1.5 },
  { member: 'maxLength', value: '255', error: TypeError },
  { member: 'windowMs', value: 0, error: RangeError },
  { member: 'windowMs', value: Number.NaN },
  { member: 'inFlightStatuses[0]', value: [200], error: RangeError },
  { member: 'inFlightStatuses[0]', value: ['409'], error: TypeError },
  { member: 'pattern', value: '^k', error: TypeError },
  { member: 'pattern', value: null, error: TypeError },
  { member: 'generate', value: 'uuid', error: TypeError },
  { member: 'callerKeys', value: 'refuse' },
  { member: 'ttl', value: 1 },
])('$member: $value is refused by name', ({ member, value, error = Error }) => {
  const check = () => checkKeyScheme('idempotencyKey', { ...careful, [member.replace('[0]', '')]: value });

  expect(check).toThrow(error);
  expect(check).toThrow(member);
  expect(check).toThrow('idempotencyKey');
});

test.each(['permission', 'ignore'] as const)('keys in the header of the caller may be %s', (callerKeys) => {
  expect(customKeyScheme({ header: 'K', callerKeys }).callerKeys).toBe(callerKeys);
});

test.each([undefined, null, 'stripe', 7])('%j is no scheme', (scheme) => {
  expect(() => checkKeyScheme('idempotencyKey', scheme as unknown as KeyScheme)).toThrow('idempotencyKey');
});

test('a preset and a custom scheme are checked when they are made', () => {
  expect(() => customKeyScheme({ header: 'K', maxLength: -1 })).toThrow(RangeError);
});

test.each(['', ' k', 'k ', '\tk', 'a\nb', 'a\u0000b', 'a\u007fb', 'é', '😀', 'k'.repeat(256)])(
  'the key %j is refused',
  (key) => {
    expect(() => checkKeyValue('retry.idempotencyKey', key, careful)).toThrow(RangeError);
    expect(() => checkKeyValue('retry.idempotencyKey', key, careful)).toThrow(
      /^retry\.idempotencyKey must have 1 to 255 printable ASCII characters, no space at either end, not /,
    );
  },
);

test.each(['k', 'a b', '~', '"', 'k'.repeat(255)])('the key %j is taken', (key) => {
  expect(() => checkKeyValue('k', key, careful)).not.toThrow();
});

test('accepts printable keys up to the limit, and nothing that headers change', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 6 })), (key) => {
      const good = /^[ -~]+$/.test(key) && key === key.trim();

      expect(throws(() => checkKeyValue('k', key, careful))).toBe(!good);
    }),
  );
});

test('matches a pattern from the start, and quotes it in the message', () => {
  const scheme = customKeyScheme({ header: 'K', pattern: /^a+$/g });

  for (const _ of [1, 2, 3]) expect(() => checkKeyValue('k', 'aaa', scheme)).not.toThrow();
  expect(() => checkKeyValue('k', 'aab', scheme)).toThrow('match /^a+$/g');
});

function throws(run: () => void): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
