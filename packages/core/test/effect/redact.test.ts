import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorRecord } from '../../src/effect/attempt.ts';
import { redactText, redactUrl } from '../../src/effect/redact.ts';

test.each([
  ['http://origin.test/orders', 'http://origin.test/orders'],
  ['http://user:pw@origin.test/orders', 'http://origin.test/orders'],
  ['http://token@origin.test', 'http://origin.test'],
  ['http://user:p%40w@origin.test/a@b', 'http://origin.test/a@b'],
  ['http://a@b@origin.test/', 'http://origin.test/'],
  ['HTTP+unix://user@origin.test/', 'HTTP+unix://origin.test/'],
  ['http://origin.test/?key=secret', 'http://origin.test/?key=REDACTED'],
  ['http://origin.test/?a=1&b=2', 'http://origin.test/?a=REDACTED&b=REDACTED'],
  ['http://origin.test/?a=b=c', 'http://origin.test/?a=REDACTED'],
  ['http://origin.test/?secret', 'http://origin.test/?REDACTED'],
  ['http://origin.test/?a=', 'http://origin.test/?a=REDACTED'],
  ['http://origin.test/?&a=1', 'http://origin.test/?&a=REDACTED'],
  ['http://origin.test/?', 'http://origin.test/?'],
  ['http://origin.test/?a=1#secret', 'http://origin.test/?a=REDACTED'],
  ['http://origin.test/#secret?a=1', 'http://origin.test/'],
  ['/orders?key=secret', '/orders?key=REDACTED'],
  ['?key=secret', '?key=REDACTED'],
  ['mailto:me@origin.test', 'mailto:me@origin.test'],
  ['', ''],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});

test('query values are shown on request; userinfo and fragment never', () => {
  expect(redactUrl('http://user:pw@origin.test/?a=1#top', true)).toBe('http://origin.test/?a=1');
});

test.each([
  ['connect to http://user:pw@origin.test/?key=secret failed', 'connect to http://origin.test/?key=REDACTED failed'],
  ['"https://a.test/?k=1" and <https://b.test/?k=2>', '"https://a.test/?k=REDACTED" and <https://b.test/?k=REDACTED>'],
  ["at 'https://a.test/?k=1'", "at 'https://a.test/?k=REDACTED'"],
  ['no URL: ok', 'no URL: ok'],
])('in a text each URL is redacted: %s', (text, shown) => {
  expect(redactText(text)).toBe(shown);
});

test('no password and no query value is left, whatever they are', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{8,16}$/).map((text) => `S3CRET${text}`);
  fc.assert(
    fc.property(secret, secret, secret, fc.webPath(), (password, value, fragment, path) => {
      const url = `https://user:${password}@origin.test${path}?key=${value}&${value}#${fragment}`;

      expect(redactUrl(url)).not.toContain('S3CRET');
      expect(redactText(`GET ${url} failed`)).not.toContain('S3CRET');
    }),
  );
});

const circle = new Error('outer');
circle.cause = new Error('inner', { cause: circle });
const deep = Array.from({ length: 9 }).reduce<Error>(
  (cause, _, depth) => new Error(`${8 - depth}`, { cause }),
  new Error('root'),
);

test.each<[string, unknown, object]>([
  ['an error', new RangeError('no'), { name: 'RangeError', message: 'no' }],
  ['an error without a message', new RangeError(), { name: 'RangeError', message: 'RangeError' }],
  ['the innermost cause', new Error('a', { cause: new TypeError('b') }), { name: 'TypeError', message: 'b' }],
  ['a cause that is none', new Error('a', { cause: 'b' }), { name: 'Error', message: 'a' }],
  ['a circle', circle, { name: 'Error', message: 'inner' }],
  ['the fifth cause of many', deep, { name: 'Error', message: '5' }],
  [
    'a code',
    Object.assign(new Error('a'), { code: 'ECONNRESET' }),
    { name: 'Error', message: 'a', code: 'ECONNRESET' },
  ],
  ['a code that is no text', Object.assign(new Error('a'), { code: 7 }), { name: 'Error', message: 'a' }],
  ['a URL', new Error('http://u:p@a.test/?k=1'), { name: 'Error', message: 'http://a.test/?k=REDACTED' }],
  ['a text', 'http://u:p@a.test/?k=1', { name: 'Error', message: 'http://a.test/?k=REDACTED' }],
  ['undefined', undefined, { name: 'Error', message: 'undefined' }],
  ['what cannot be read', Object.create(null), { name: 'Error', message: 'object' }],
  ['a symbol', Symbol('s'), { name: 'Error', message: 'Symbol(s)' }],
])('the record of %s is plain', (_, error, record) => {
  expect(errorRecord(error)).toEqual(record);
  expect(JSON.parse(JSON.stringify(errorRecord(error)))).toEqual(record);
});
