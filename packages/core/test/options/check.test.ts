import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkKnown,
  checkList,
  checkNumber,
  checkOneOf,
  checkType,
  describe,
  numbersOf,
} from '../../src/options/check.ts';

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('no');
    },
    getPrototypeOf: () => {
      throw new Error('no');
    },
  },
);

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'true'],
  [-3, '-3'],
  [1.5, '1.5'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  [5n, '5n'],
  ['', '""'],
  ['5', '"5"'],
  ['a "b"\n', '"a \\"b\\"\\n"'],
  ['\ud800', '"\\ud800"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}"...`],
  [Symbol('s'), 'Symbol(s)'],
  [Symbol('s'.repeat(100)), `Symbol(${'s'.repeat(53)}...`],
  [10n ** 99n, `1${'0'.repeat(59)}...`],
  [[1], 'an array'],
  [{}, 'an object'],
  [new Date(0), 'an object'],
  [Object.create(null), 'an object'],
  [() => 1, 'a function'],
  [class {}, 'a function'],
])('a value is described briefly: %#', (value, text) => {
  expect(describe(value)).toBe(text);
});

test('a value that throws when it is looked at is described all the same', () => {
  expect(describe(hostile)).toBe('an object');
  expect(describe(revoked.proxy)).toBe('object');
});

test('whatever it is, a value is described in one short line', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
      (value) => {
        const text = describe(value);

        expect(text).not.toBe('');
        expect(text).not.toContain('\n');
        expect(text.length).toBeLessThan(400);
      },
    ),
  );
});

const ATTEMPTS = { min: 1, max: 1000, integer: true };

test.each([1, 2, 1000, undefined])('%s is a whole number from 1 to 1000, or none', (value) => {
  expect(() => checkNumber('maxAttempts', value, ATTEMPTS)).not.toThrow();
});

test.each([
  [-3, RangeError, '-3'],
  [0, RangeError, '0'],
  [1001, RangeError, '1001'],
  [1.5, RangeError, '1.5'],
  [Number.NaN, RangeError, 'NaN'],
  [Infinity, RangeError, 'Infinity'],
  ['3', TypeError, '"3"'],
  [3n, TypeError, '3n'],
  [null, TypeError, 'null'],
  [true, TypeError, 'true'],
  [{}, TypeError, 'an object'],
  [Symbol('3'), TypeError, 'Symbol(3)'],
])('a number that is not allowed is named: %#', (value, error, text) => {
  const check = (): void => checkNumber('maxAttempts', value, ATTEMPTS);

  expect(check).toThrow(error);
  expect(check).toThrow(new error(`maxAttempts must be a whole number from 1 to 1000, not ${text}`));
});

test('a number need not be whole, nor given, where nothing says so', () => {
  expect(() => checkNumber('ratio', 0.5, { min: 0, max: 1 })).not.toThrow();
  expect(() => checkNumber('ratio', 1.5, { min: 0, max: 1 })).toThrow('ratio must be a number from 0 to 1, not 1.5');
  expect(() => checkNumber('ratio', undefined, { min: 0, max: 1, required: true })).toThrow(TypeError);
});

test.each([
  ['function', () => 1, 'text', 'onEvent must be a function, not "text"'],
  ['string', 'text', 5, 'onEvent must be a string, not 5'],
  ['boolean', false, 0, 'onEvent must be a boolean, not 0'],
  ['object', {}, null, 'onEvent must be an object, not null'],
  ['object', [], 'text', 'onEvent must be an object, not "text"'],
] as const)('an option that is to be a %s is one', (type, right, wrong, message) => {
  expect(() => checkType('onEvent', right, type)).not.toThrow();
  expect(() => checkType('onEvent', undefined, type)).not.toThrow();
  expect(() => checkType('onEvent', wrong, type)).toThrow(new TypeError(message));
});

test('an option with a few values has one of them', () => {
  const check = (value: unknown) => (): void => checkOneOf('repeat', value, ['always', 'never']);

  expect(check('never')).not.toThrow();
  expect(check(undefined)).not.toThrow();
  expect(check('Never')).toThrow(new RangeError('repeat must be one of "always", "never", not "Never"'));
  expect(check(null)).toThrow(RangeError);
});

test('every member of a list is checked, with its place', () => {
  const check = (list: unknown) => (): void =>
    checkList('statuses', list as unknown[], (name, status) => checkNumber(name, status, { min: 400, max: 599 }));

  expect(check([400, 599])).not.toThrow();
  expect(check([])).not.toThrow();
  expect(check(undefined)).not.toThrow();
  expect(check([400, 200])).toThrow('statuses[1] must be a number from 400 to 599, not 200');
  expect(check('429')).toThrow(new TypeError('statuses must be an array, not "429"'));
  expect(check({ 0: 429, length: 1 })).toThrow(new TypeError('statuses must be an array, not an object'));
});

test.each([
  { kind: 'an object', options: { maxAttempts: 3 } },
  { kind: 'an empty object', options: {} },
  { kind: 'an object without a prototype', options: Object.assign(Object.create(null), { maxAttempts: 3 }) },
  { kind: 'an object of another realm', options: runInContext('({ maxAttempts: 3 })', createContext()) },
])('options are $kind', ({ options }) => {
  expect(() => checkKnown('options', options, ['maxAttempts'])).not.toThrow();
});

test.each([
  { options: null, text: 'null' },
  { options: undefined, text: 'undefined' },
  { options: 3, text: '3' },
  { options: 'maxAttempts', text: '"maxAttempts"' },
  { options: [], text: 'an array' },
  { options: () => 1, text: 'a function' },
  { options: new Map([['maxAttempts', 3]]), text: 'an object' },
  { options: new (class Options {})(), text: 'an object' },
  { options: Object.create({ maxAttempts: 3 }), text: 'an object' },
])('options are not $text', ({ options, text }) => {
  expect(() => checkKnown('options', options, ['maxAttempts'])).toThrow(
    new TypeError(`options must be a plain object, not ${text}`),
  );
});

test('a misspelt option is named, with those that there are', () => {
  const check = (): void => checkKnown('options', { maxAttempts: 3, maxRetries: 2 }, ['maxAttempts', 'deadlineMs']);

  expect(check).toThrow(new TypeError('options has no member "maxRetries", only maxAttempts, deadlineMs'));
});

test('numbers override the defaults, which never change', () => {
  const defaults = Object.freeze({ a: 1, b: 2 });
  const bounds = { a: { min: 0, max: 9 }, b: { min: 0, max: 5 } };

  expect(numbersOf('sum', {}, defaults, bounds)).toEqual({ a: 1, b: 2 });
  expect(numbersOf('sum', { a: 0 }, defaults, bounds)).toEqual({ a: 0, b: 2 });
  expect(numbersOf('sum', { b: undefined } as object, defaults, bounds)).toEqual({ a: 1, b: 2 });
  expect(() => numbersOf('sum', { b: 6 }, defaults, bounds)).toThrow('b must be a number from 0 to 5, not 6');
  expect(() => numbersOf('sum', { c: 6 } as object, defaults, bounds)).toThrow('sum has no member "c", only a, b');
  expect(() => numbersOf('sum', null as unknown as object, defaults, bounds)).toThrow(
    'sum must be a plain object, not null',
  );
});
