import { expect, test } from 'vitest';
import type { Rule } from '../../src/decision/rules.ts';
import { checkedRules, checkRule, ruleFor } from '../../src/decision/rules.ts';
import { request } from '../support/situations.ts';

const POST = request('POST', {}, 'http://origin.test/orders/search?q=1');

test.each<[string, Rule, boolean]>([
  ['a rule without method and url matches all', {}, true],
  ['one method', { method: 'POST' }, true],
  ['another method', { method: 'PUT' }, false],
  ['methods are exact', { method: 'post' }, false],
  ['a method that begins alike', { method: 'POSTS' }, false],
  ['one of several methods', { method: ['PUT', 'POST'] }, true],
  ['none of several methods', { method: ['PUT', 'PATCH'] }, false],
  ['a RegExp', { url: /\/search\b/ }, true],
  ['a RegExp sees the URL without the query', { url: /\/search$/ }, true],
  ['a RegExp that names the query sees it', { url: /\/search\?q=1$/ }, true],
  ['a RegExp that names another query', { url: /\?q=2$/ }, false],
  ['a RegExp that asks for the query sees it', { url: /q=1$/, matchQuery: true }, true],
  ['a RegExp that does not match', { url: /\/searches$/ }, false],
  ['anything with test()', { url: { test: (url) => url.startsWith('http://origin.test/') } }, true],
  ['a URLPattern', { url: new URLPattern({ pathname: '/orders/*' }) }, true],
  ['a URLPattern that names the query sees it', { url: new URLPattern({ search: 'q=1' }) }, true],
  ['a URLPattern that names another query', { url: new URLPattern({ search: 'q=2' }) }, false],
  ['both must match', { method: 'PUT', url: /search/ }, false],
])('%s', (_, rule, matches) => {
  expect(ruleFor(POST, checkedRules([rule])) !== undefined).toBe(matches);
});

test.each<[string, RegExp]>([
  ['http://user:secret@origin.test/orders', /^http:\/\/origin\.test\/orders$/],
  ['http://user@origin.test/http://a@b', /^http:\/\/origin\.test\/http:\/\/a@b$/],
  ['http://origin.test/http://a@b', /^http:\/\/origin\.test\/http:\/\/a@b$/],
])('a rule sees %s without name and password', (url, wanted) => {
  expect(ruleFor(request('GET', {}, url), checkedRules([{ url: wanted }]))).toBeDefined();
});

test('a test that returns a promise is an error that says so', () => {
  const rules = checkedRules([{ url: { test: (async () => false) as unknown as () => boolean } }]);

  expect(() => ruleFor(POST, rules)).toThrow('url.test must return true or false, not object');
});

test('the first rule that matches wins', () => {
  const rules = checkedRules([{ method: 'PUT' }, { method: 'POST', repeat: 'always' }, { repeat: 'never' }]);

  expect(ruleFor(POST, rules)?.repeat).toBe('always');
});

test.each(['g', 'y', 'gy', 'gi'])('a RegExp with flags %s matches every time', (flags) => {
  const rules = checkedRules([{ url: new RegExp('http://origin', flags) }]);

  expect([1, 2, 3].map(() => ruleFor(POST, rules) !== undefined)).toEqual([true, true, true]);
});

test('rules are copied: a change afterwards changes nothing', () => {
  const rule: { method: string; repeat: 'never' | 'always' } = { method: 'POST', repeat: 'never' };
  const rules = checkedRules([rule]);
  rule.repeat = 'always';

  expect(ruleFor(POST, rules)?.repeat).toBe('never');
});

test.each([
  [{ methods: 'POST' }, /rules\[0\] has no member "methods"/],
  [{ method: 7 }, /rules\[0\]\.method must be an array, not 7/],
  [{ method: 'put' }, /rules\[0\]\.method\[0\] must be an exact method, so "PUT", not "put"/],
  [{ method: ['POST', null] }, /rules\[0\]\.method\[1\] must be a string, not null/],
  [{ method: ['POST', undefined] }, /rules\[0\]\.method\[1\] must be a string, not null/],
  [{ method: ['POST', 7] }, /rules\[0\]\.method\[1\] must be a string, not 7/],
  [{ url: '/search' }, /rules\[0\]\.url must be a RegExp, a URLPattern or another object .*, not "\/search"/],
  [{ url: null }, /rules\[0\]\.url must be a RegExp, a URLPattern or another object .*, not null/],
  [{ url: {} }, /rules\[0\]\.url must be a RegExp, a URLPattern or another object .*, not an object/],
  [{ matchQuery: 1 }, /rules\[0\]\.matchQuery must be a boolean, not 1/],
  [
    { repeat: 'sometimes' },
    /rules\[0\]\.repeat must be one of "always", "never", "with-precondition", not "sometimes"/,
  ],
  [{ precondition: true }, /rules\[0\]\.precondition must be a function, not true/],
  [{ idempotencyKey: {} }, /rules\[0\]\.idempotencyKey\.header is missing/],
  [{ idempotencyKey: null }, /rules\[0\]\.idempotencyKey must be a plain object, not null/],
  [{ notTransient: 500 }, /rules\[0\]\.notTransient must be an array, not 500/],
  [{ notTransient: [99] }, /rules\[0\]\.notTransient\[0\] must be a whole number from 200 to 599, not 99/],
  [
    { notTransient: ['network', 'timeout'] },
    /rules\[0\]\.notTransient\[1\] must be one of "network", .*, not "timeout"/,
  ],
  [{ attemptTimeoutMs: 0 }, /rules\[0\]\.attemptTimeoutMs must be a number from 1 to \d+, not 0/],
  [{ transientStatuses: [200.5] }, /rules\[0\]\.transientStatuses\[0\] must be a whole number .*, not 200.5/],
  [{ transientStatuses: [99] }, /rules\[0\]\.transientStatuses\[0\] must be a whole number from 200 to 599, not 99/],
])('%j is refused', (rule, message) => {
  expect(() => checkRule('rules[0]', rule as unknown as Rule)).toThrow(message);
});
