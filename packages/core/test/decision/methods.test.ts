import { expect, test } from 'vitest';
import { methodSemantics, registeredMethods } from '../../src/decision/methods.ts';

// https://www.iana.org/assignments/http-methods, row by row: [method, safe, idempotent]. PRI is no method of a request.
const REGISTRY: readonly (readonly [method: string, safe: boolean, idempotent: boolean])[] = [
  ['ACL', false, true],
  ['BASELINE-CONTROL', false, true],
  ['BIND', false, true],
  ['CHECKIN', false, true],
  ['CHECKOUT', false, true],
  ['CONNECT', false, false],
  ['COPY', false, true],
  ['DELETE', false, true],
  ['GET', true, true],
  ['HEAD', true, true],
  ['LABEL', false, true],
  ['LINK', false, true],
  ['LOCK', false, false],
  ['MERGE', false, true],
  ['MKACTIVITY', false, true],
  ['MKCALENDAR', false, true],
  ['MKCOL', false, true],
  ['MKREDIRECTREF', false, true],
  ['MKWORKSPACE', false, true],
  ['MOVE', false, true],
  ['OPTIONS', true, true],
  ['ORDERPATCH', false, true],
  ['PATCH', false, false],
  ['POST', false, false],
  ['PROPFIND', true, true],
  ['PROPPATCH', false, true],
  ['PUT', false, true],
  ['QUERY', true, true],
  ['REBIND', false, true],
  ['REPORT', true, true],
  ['SEARCH', true, true],
  ['TRACE', true, true],
  ['UNBIND', false, true],
  ['UNCHECKOUT', false, true],
  ['UNLINK', false, true],
  ['UNLOCK', false, true],
  ['UPDATE', false, true],
  ['UPDATEREDIRECTREF', false, true],
  ['VERSION-CONTROL', false, true],
];

test.each(REGISTRY)('%s: safe %s, idempotent %s', (method, safe, idempotent) => {
  expect(methodSemantics(method)).toEqual({ safe, idempotent, registered: true });
});

test('the registry has no other methods', () => {
  expect([...registeredMethods].sort()).toEqual(REGISTRY.map(([method]) => method));
});

test.each(['get', 'Get', 'put', 'patch', 'BREW', '', ' GET', 'PRI', 'constructor', '__proto__'])(
  'a method is an exact token, so %j is unknown, and unknown is unsafe',
  (method) => {
    expect(methodSemantics(method)).toEqual({ safe: false, idempotent: false, registered: false });
  },
);
