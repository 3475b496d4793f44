import { expect, test } from 'vitest';
import { carriesPrecondition } from '../../src/decision/precondition.ts';
import { request } from '../support/situations.ts';

test.each([
  ['PUT', { 'if-match': '"v1"' }],
  ['PATCH', { 'if-match': '"v1"' }],
  ['DELETE', { 'if-match': '"v1"' }],
  ['PUT', { 'if-match': ' "v1" ' }],
  ['PUT', { 'if-match': '""' }],
  ['PUT', { 'if-none-match': '*' }],
  ['PUT', { 'if-none-match': ' * ' }],
])('%s with %j takes effect at most once', (method, headers) => {
  expect(carriesPrecondition(request(method, headers as Record<string, string>))).toBe(true);
});

test.each([
  ['PUT', {}],
  ['PATCH', { 'if-match': 'W/"v1"' }],
  ['PATCH', { 'if-match': '"v1", "v2"' }],
  ['PATCH', { 'if-match': '"v1","v2"' }],
  ['PUT', { 'if-match': ' "v1" , "v2" ' }],
  ['PATCH', { 'if-match': 'x"v1"' }],
  ['PATCH', { 'if-match': '"v1"x' }],
  ['PATCH', { 'if-match': '"v1", W/"v2"' }],
  ['PATCH', { 'if-match': '*' }],
  ['PATCH', { 'if-match': 'v1' }],
  ['PATCH', { 'if-match': '"v1' }],
  ['PATCH', { 'if-match': '' }],
  ['POST', { 'if-match': '"v1"' }],
  ['GET', { 'if-match': '"v1"' }],
  ['PATCH', { 'if-none-match': '*' }],
  ['POST', { 'if-none-match': '*' }],
  ['PUT', { 'if-none-match': '"v1"' }],
  ['PUT', { 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' }],
])('%s with %j may take effect twice', (method, headers) => {
  expect(carriesPrecondition(request(method, headers as Record<string, string>))).toBe(false);
});
