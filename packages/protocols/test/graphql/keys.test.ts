import { expect, test } from 'vitest';
import { graphql } from '../../src/graphql/graphql.ts';
import { jsonRequest } from '../support/requests.ts';

function semanticsOf(query: string, variables?: unknown, keyArguments?: readonly string[]): string | undefined {
  return graphql(keyArguments ? { keyArguments } : {}).read(jsonRequest({ query, variables }))?.semantics;
}

type Row = readonly [query: string, variables?: unknown, keyArguments?: readonly string[]];

function rows(list: readonly Row[]) {
  return list.map(([query, variables, keyArguments]) => ({ query, variables, keyArguments }));
}

test.each(
  rows([
    ['mutation { refundCreate(input: {a: "}"}) @idempotent(key: "k1") { id } }'],
    ['mutation ($k: String!) { a: refundCreate @idempotent(key: $k) { id } }', { k: 'k1' }],
    ['mutation { pay(amount: 1, idempotencyKey: """k1""") { id } }'],
    ['mutation ($k: ID!) { pay(idempotencyKey: $k) }', { k: 'k1' }],
    ['mutation { a(idempotencyKey: "1") b @log @idempotent(key: "2") @cache(a: 1) c(idempotencyKey: "3") }'],
    ['mutation { pay(input: {token: "k1"}) }', undefined, ['input.token']],
    ['mutation ($i: In!) { pay(input: $i) }', { i: { token: 'k1' } }, ['id', 'input.token']],
    ['mutation ($k: ID!) { pay(input: {a: {}, token: $k}) }', { k: 'k1' }, ['input.token']],
  ]),
)('a mutation is idempotent if its fields carry keys: $query', ({ query, variables, keyArguments }) => {
  expect(semanticsOf(query, variables, keyArguments)).toBe('idempotent');
});

test.each(
  rows([
    ['mutation { pay(amount: 1) { id } }'],
    ['mutation { pay(idempotencyKey: "") }'],
    ['mutation { pay(idempotencyKey: " ") }'],
    ['mutation { pay(idempotencyKey: null) }'],
    ['mutation { pay(idempotencyKey: 1) }'],
    ['mutation ($k: ID) { pay(idempotencyKey: $k) }', { k: '' }],
    ['mutation ($k: ID) { pay(idempotencyKey: $k) }', {}],
    ['mutation ($toString: ID) { pay(idempotencyKey: $toString) }', {}],
    ['mutation ($k: ID = "d") { pay(idempotencyKey: $k) }'],
    ['mutation { a(idempotencyKey: "1") b }'],
    ['mutation { a(idempotencyKey: "1") ...F }'],
    ['mutation { ... { a(idempotencyKey: "1") } }'],
    ['mutation { a { b(idempotencyKey: "1") } }'],
    ['mutation { a(input: {idempotencyKey: "1"}) }'],
    ['mutation { a(note: "idempotencyKey : ") }'],
    ['mutation { a(note: "x idempotencyKey: \\"1\\"") }'],
    ['mutation { a @idempotent }'],
    ['mutation {}'],
    ['mutation { pay(myidempotencyKey: "1") }'],
    ['mutation { pay(input: "k1") }', undefined, ['input.token']],
    ['mutation { pay(input: {token: "k1"}) }', undefined, ['input']],
    ['mutation ($constructor: In) { pay(input: $constructor) }', {}, ['input.name']],
    ['mutation { a @idempotent(name: "1") }'],
    ['mutation { a @other(key: "1") }'],
    ['mutation { a @idempotent(key: "1") b @other(key: "1") }'],
    ['mutation { pay(input: {a: {token: "k1"}}) }', undefined, ['input.token']],
    ['mutation { pay(inputs: {token: "k1"}) }', undefined, ['input.token']],
    ['subscription { a(idempotencyKey: "1") }'],
    ['mutation { a(idempotencyKey: "1") } mutation B { b }'],
  ]),
)('a mutation without a key in each of its fields is unsafe: $query', ({ query, variables, keyArguments }) => {
  expect(semanticsOf(query, variables, keyArguments)).toBe('unsafe');
});
