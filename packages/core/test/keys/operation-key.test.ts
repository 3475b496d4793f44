import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type Rule, ruleFor } from '../../src/decision/rules.ts';
import * as keys from '../../src/keys/keys.ts';
import { keyFor } from '../../src/keys/operation-key.ts';
import type { KeyScheme } from '../../src/keys/scheme.ts';

const random = { uuid: () => '5f2b1c9e-0d3a-4b67-8c21-9e4f7a6d5b30', epochMs: () => Date.UTC(2026, 10, 23, 8, 9, 10) };

interface Case {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly word?: string;
  readonly scheme?: KeyScheme;
  readonly rules?: readonly Rule[];
}

function ask({ method = 'POST', headers = {}, word, scheme, rules = [] }: Case) {
  const traits = { method, url: 'https://api.example/orders', headers: new Headers(headers) };
  const declared = ruleFor(traits, rules)?.idempotencyKey ?? scheme;
  return keyFor({ traits, explicit: word, declared }, random);
}

test('makes no key without a scheme, an option or a key header', () => {
  expect(ask({})).toBeUndefined();
});

test('a scheme makes a random key for the methods that it names', () => {
  const scheme = keys.stripe();

  expect(ask({ scheme })).toEqual({
    key: { scheme, value: random.uuid() },
    headers: [['Idempotency-Key', random.uuid()]],
  });
  expect(ask({ scheme, method: 'PATCH' })).toBeUndefined();
  expect(ask({ scheme, method: 'post' })).toBeUndefined();
});

test('a key of the caller goes with every method', () => {
  expect(ask({ scheme: keys.stripe(), method: 'PATCH', word: 'order-7' })?.headers).toEqual([
    ['Idempotency-Key', 'order-7'],
  ]);
  expect(ask({ method: 'PURGE', word: 'order-7' })?.headers).toEqual([['Idempotency-Key', 'order-7']]);
});

test("without a scheme, the caller's key gets the careful defaults", () => {
  const found = ask({ word: 'order-7' });

  expect(found?.key).toEqual({ value: 'order-7', scheme: keys.custom({ header: 'Idempotency-Key' }) });
});

test('the scheme of the first rule that matches beats the policy', () => {
  const rules: Rule[] = [
    { method: 'PATCH', idempotencyKey: keys.adyen() },
    { method: 'POST', idempotencyKey: keys.paypal() },
    { idempotencyKey: keys.qonto() },
  ];

  expect(ask({ rules, scheme: keys.stripe() })?.headers[0]?.[0]).toBe('PayPal-Request-Id');
  expect(ask({ rules, scheme: keys.stripe(), method: 'PATCH', word: 'k' })?.key.scheme.maxLength).toBe(64);
  expect(ask({ rules: [{ repeat: 'never' }], scheme: keys.stripe() })?.headers[0]?.[0]).toBe('Idempotency-Key');
});

test('a scheme makes its own keys', () => {
  expect(ask({ scheme: keys.stripe({ generate: () => 'mine' }) })?.key.value).toBe('mine');
});

test('a key that the caller gave is not made again', () => {
  const generate = vi.fn(() => 'mine');

  expect(ask({ scheme: keys.stripe({ generate }), word: 'order-7' })?.key.value).toBe('order-7');
  expect(generate).not.toHaveBeenCalled();
});

test('a String is quoted and its quotes and backslashes are escaped', () => {
  expect(ask({ scheme: keys.ietf(), word: 'a"b\\c' })?.headers).toEqual([['Idempotency-Key', '"a\\"b\\\\c"']]);
});

test('the key field of the caller is permission, and stays as it is', () => {
  const scheme = keys.stripe();

  const found = ask({ scheme, headers: { 'idempotency-key': 'by-hand' }, word: 'by-hand' });

  expect(found).toEqual({ key: { scheme, value: 'by-hand' }, headers: [] });
  expect(ask({ scheme, method: 'PATCH', headers: { 'idempotency-key': 'by-hand' } })?.key.value).toBe('by-hand');
});

test.each<[string, KeyScheme | undefined, string]>([
  ['bare', keys.stripe(), 'by-hand'],
  ['a String', keys.ietf(), '"by-hand"'],
])('two different keys for one request are refused, with both in the message: %s', (_, scheme, written) => {
  const both = () => ask({ ...(scheme && { scheme }), headers: { 'idempotency-key': written }, word: 'order-7' });

  expect(both).toThrow(TypeError);
  expect(both).toThrow(
    `retry.idempotencyKey is "order-7", but the Idempotency-Key header is ${JSON.stringify(written)}: give only one`,
  );
});

test.each([
  ['"by-hand"', 'by-hand'],
  ['"a\\"b\\\\c"', 'a"b\\c'],
  ['by-hand', 'by-hand'],
  ['"open', '"open'],
  ['"a\\x"', '"a\\x"'],
  ['"a";v=1', '"a";v=1'],
])('where the key is a String, %s is the key %s', (written, value) => {
  expect(ask({ scheme: keys.ietf(), headers: { 'idempotency-key': written } })?.key.value).toBe(value);
});

test('where the key is bare, quotes are part of it', () => {
  expect(ask({ scheme: keys.stripe(), headers: { 'idempotency-key': '"k"' } })?.key.value).toBe('"k"');
});

test("a scheme may ignore the caller's key header, and then sends no second one", () => {
  const scheme = keys.azure({ callerKeys: 'ignore' });

  expect(ask({ scheme, headers: { 'repeatability-request-id': 'by-hand' } })).toBeUndefined();
  expect(ask({ scheme })?.key.value).toBe(random.uuid());
});

test('under a scheme the field of another vendor says nothing', () => {
  const found = ask({ scheme: keys.stripe(), headers: { 'x-idempotency-key': 'other' } });

  expect(found?.headers).toEqual([['Idempotency-Key', random.uuid()]]);
});

test('a key of the caller is sent, whatever other key fields stand there', () => {
  expect(ask({ word: 'order-7', headers: { 'x-idempotency-key': 'other' } })?.headers).toEqual([
    ['Idempotency-Key', 'order-7'],
  ]);
});

test('without a scheme, a key in a well-known header is permission under careful defaults', () => {
  const found = ask({ headers: { 'PayPal-Request-Id': 'by-hand' } });

  expect(found).toEqual({
    key: { scheme: keys.custom({ header: 'paypal-request-id' }), value: 'by-hand' },
    headers: [],
  });
});

test.each(['', 'ключ', 'k'.repeat(256)])(
  'without a scheme %j in a key field is no permission and no error',
  (value) => {
    const headers = { get: (name: string) => (name === 'idempotency-key' ? value : null) };

    expect(
      keyFor(
        {
          traits: { method: 'POST', url: 'https://api.example/', headers },
          explicit: undefined,
          declared: undefined,
        },
        random,
      ),
    ).toBeUndefined();
  },
);

test.each(['RequestID', 'request-key', 'X-Request-ID', 'traceparent'])(
  'the trace id in %s is no permission',
  (name) => {
    expect(ask({ headers: { [name]: 'trace-1' } })).toBeUndefined();
  },
);

test("sends the first attempt's time as an HTTP-date next to the key", () => {
  expect(ask({ scheme: keys.azure() })?.headers).toEqual([
    ['Repeatability-Request-ID', random.uuid()],
    ['Repeatability-First-Sent', 'Mon, 23 Nov 2026 08:09:10 GMT'],
  ]);
});

test("adds the first attempt's time to the caller's key unless the caller set it", () => {
  const mine = { 'repeatability-request-id': 'by-hand' };

  expect(ask({ scheme: keys.azure(), headers: mine })?.headers).toEqual([
    ['Repeatability-First-Sent', 'Mon, 23 Nov 2026 08:09:10 GMT'],
  ]);
  expect(ask({ scheme: keys.azure(), headers: { ...mine, 'repeatability-first-sent': 'x' } })?.headers).toEqual([]);
});

test.each([
  { at: 'retry.idempotencyKey', asked: { word: '' }, error: RangeError },
  { at: 'retry.idempotencyKey', asked: { word: 'k'.repeat(65) }, error: RangeError },
  { at: 'retry.idempotencyKey', asked: { word: 7 as unknown as string }, error: TypeError },
  {
    at: 'the generated idempotency key',
    asked: { scheme: keys.adyen({ generate: () => 'a\r\nb' }) },
    error: RangeError,
  },
  { at: 'the generated idempotency key', asked: { scheme: keys.adyen({ maxLength: 20 }) }, error: RangeError },
  { at: 'header field Idempotency-Key', asked: { headers: { 'idempotency-key': '' } }, error: RangeError },
])('a bad key is an error that names $at', ({ at, asked, error }) => {
  const make = () => ask({ scheme: keys.adyen(), ...asked });

  expect(make).toThrow(error);
  expect(make).toThrow(at);
});

const printable = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);

test('a key that is written as a String is read as the same key', () => {
  fc.assert(
    fc.property(printable, (word) => {
      const [field] = ask({ scheme: keys.ietf(), word })?.headers ?? [];

      expect(ask({ scheme: keys.ietf(), headers: { [field?.[0] ?? '']: field?.[1] ?? '' } })?.key.value).toBe(word);
    }),
  );
});

test("every key to send is a valid header value that the caller didn't set", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(keys.ietf(), keys.stripe(), keys.azure()),
      fc.boolean(),
      (word, scheme, byHand) => {
        const headers: Record<string, string> = byHand ? { [scheme.header]: 'by-hand' } : {};
        let fields: readonly (readonly [string, string])[] = [];
        try {
          fields = ask({ word, scheme, headers })?.headers ?? [];
        } catch (error) {
          expect([RangeError, TypeError]).toContain((error as Error).constructor);
        }

        const own = new Headers(headers);
        for (const [name, value] of fields) {
          expect(own.has(name)).toBe(false);
          expect(new Headers([[name, value]]).get(name)).toBe(value);
        }
      },
    ),
  );
});
