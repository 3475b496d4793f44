import { expect, test } from 'vitest';
import { connect } from '../../src/connect/connect.ts';
import { Orders } from '../support/orders-service.ts';
import { requestOf } from '../support/requests.ts';

const { read } = connect(Orders);
const at = (path: string, method = 'POST') => read(requestOf(method, `https://api.example${path}`));

test.each([
  ['/shop.v1.Orders/Get', 'safe'],
  ['/shop.v1.Orders/Put', 'idempotent'],
  ['/shop.v1.Orders/Pay', 'method'],
  ['/api/v1/shop.v1.Orders/Get?timeout=1', 'safe'],
])("%s is %s in protoc-gen-es's output", (path, semantics) => {
  expect(at(path)?.semantics).toBe(semantics);
});

test('says which method it is', () => {
  expect(at('/shop.v1.Orders/Get')?.subject).toBe('Connect method `shop.v1.Orders/Get`');
});

test.each([
  '/shop.v1.Orders/Watch',
  '/shop.v1.Orders/get',
  '/shop.v1.Others/Get',
  '/shop.v1.Orders/Get/',
  '/shop.v1.Orders',
  '/',
])('does not know %s', (path) => {
  expect(at(path)).toBeUndefined();
});

test("recognizes connect-es's GET for a method without side effects only", () => {
  expect(at('/shop.v1.Orders/Get?connect=v1&encoding=json&message=%7B%7D', 'GET')?.semantics).toBe('safe');
  expect(at('/shop.v1.Orders/Get', 'PUT')).toBeUndefined();
  expect(read(requestOf('POST', 'shop.v1.Orders/Get'))).toBeUndefined();
});

test('an idempotency level that is none of the known ones says nothing', () => {
  const { read } = connect({ typeName: 'A', methods: [{ name: 'B', methodKind: 'unary', idempotency: 7 }] });

  expect(read(requestOf('POST', 'https://api.example/A/B'))?.semantics).toBe('method');
});

test.each([
  [[], 'give at least one service'],
  [[null], 'not null'],
  [[{ typeName: 'A', methods: [] }], 'must have a typeName and methods'],
  [[{ typeName: 'A', methods: {} }], 'not A'],
])('refuses %j', (services, message) => {
  expect(() => connect(...(services as never[]))).toThrow(message);
});
