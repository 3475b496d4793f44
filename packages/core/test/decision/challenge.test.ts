import { expect, test } from 'vitest';
import { wantsNewCredential } from '../../src/decision/challenge.ts';

test.each([
  [undefined, true],
  ['Bearer', true],
  ['Bearer realm="orders"', true],
  ['bearer error="invalid_token", error_description="expired"', true],
  ['Basic realm="orders", Bearer realm="orders"', true],
  ['Basic realm="orders", Bearer', true],
  ['Bearer error=invalid_token', true],
  ['Bearer error="insufficient_scope"', false],
  ['Bearer error="invalid_request"', false],
  ['Bearer error="insufficient_user_authentication"', false],
  ['DPoP error="use_dpop_nonce"', false],
  ['Basic realm="orders"', false],
  ['Negotiate', false],
  ['', false],
])('WWW-Authenticate: %s asks for a new bearer token: %s', (challenge, wants) => {
  const headers = new Headers(challenge === undefined ? {} : { 'www-authenticate': challenge });

  expect(wantsNewCredential(headers, 'Bearer token')).toBe(wants);
});

test('a credential in a header of its own has no scheme to compare', () => {
  expect(wantsNewCredential(new Headers({ 'www-authenticate': 'ApiKey' }), undefined)).toBe(true);
});
