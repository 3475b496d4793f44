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
  ['Bearer realm="an error=insufficient_scope, Basic"', true],
  ['DPoP error="use_dpop_nonce", Bearer error="invalid_token"', true],
  ['Bearer, DPoP error="use_dpop_nonce"', true],
  ['Bearer error="insufficient_scope", DPoP error="invalid_token"', false],
  ['Negotiate YIIC==, Bearer realm="orders"', true],
  ['Bearer realm="never ends', true],
])('WWW-Authenticate: %s asks for a new bearer token: %s', (challenge, wants) => {
  const headers = new Headers(challenge === undefined ? {} : { 'www-authenticate': challenge });

  expect(wantsNewCredential(headers, 'Bearer token')).toBe(wants);
});

// Quadratic time would be hours.
test.each(['a', ' ', '"', '\\', 'error', 'error=', ',', 'a ', 'a=', '"\\'])(
  'a challenge of a million times %j is read in linear time',
  (part) => {
    const challenge = `Bearer ${part.repeat(1_000_000)}!`;

    expect(wantsNewCredential({ get: () => challenge }, 'Basic token')).toBe(false);
  },
);

test('a credential in a header of its own has no scheme to compare', () => {
  expect(wantsNewCredential(new Headers({ 'www-authenticate': 'ApiKey' }), undefined)).toBe(true);
});
