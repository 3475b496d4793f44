import { create, createFileRegistry, type DescMethodUnary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { type RetryOptions, withRetry } from '@twicesafe/core';
import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { twicesafe } from '../src/connect.ts';
import { sdkSuite } from './support/suite.ts';

const { NO_SIDE_EFFECTS, IDEMPOTENT } = MethodOptions_IdempotencyLevel;
const ANSWER = { headers: { 'content-type': 'application/proto' } };
const FAST = { skipWaits: true };

const order = { inputType: '.shop.Order', outputType: '.shop.Order' };
const file = create(FileDescriptorProtoSchema, {
  name: 'orders.proto',
  package: 'shop',
  syntax: 'proto3',
  messageType: [{ name: 'Order' }],
  service: [
    {
      name: 'Orders',
      method: [
        { name: 'Read', ...order, options: { idempotencyLevel: NO_SIDE_EFFECTS } },
        { name: 'Replace', ...order, options: { idempotencyLevel: IDEMPOTENT } },
        { name: 'Place', ...order },
      ],
    },
  ],
});

function method(name: string): DescMethodUnary {
  const found = createFileRegistry(file, () => undefined)
    .getService('shop.Orders')
    ?.methods.find((each) => each.name === name);
  return found as DescMethodUnary;
}

function open(url: string, options: RetryOptions): Transport {
  return createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [twicesafe(options)] });
}

sdkSuite({
  name: 'an interceptor of Connect',
  takesFetch: false,
  provesRefusal: false,
  answers: { read: ANSWER, write: ANSWER },
  read: async (url, options, { signal } = {}) => open(url, options).unary(method('Read'), signal, undefined, {}, {}),
  write: async (url, options, { signal } = {}) => open(url, options).unary(method('Place'), signal, undefined, {}, {}),
});

test.each([
  ['Read', 2],
  ['Replace', 2],
  ['Place', 1],
])('the schema of %s permits %i sends of a POST that was processed', async (name, sends) => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset(), status(200, ANSWER));

  await open(origin.url, FAST)
    .unary(method(name), undefined, undefined, {}, {})
    .catch(() => {});

  expect(origin.requests.map((each) => each.method)).toEqual(Array(sends).fill('POST'));
});

test('the caller may forbid retries that the schema permits', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset(), status(200, ANSWER));

  const sent = withRetry({ idempotent: false }, () =>
    open(origin.url, FAST).unary(method('Replace'), undefined, undefined, {}, {}),
  );

  expect(await rejectionOf(sent)).toBeInstanceOf(ConnectError);
  expect(origin.requests).toHaveLength(1);
});

test.each([
  ['unavailable', Code.Unavailable, 3],
  ['invalid_argument', Code.InvalidArgument, 1],
])('an error %s of the server is judged by its code', async (code, expected, sends) => {
  const answer = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) };
  await using origin = await Origin.listen({ respond: () => status(500, answer) });

  const error = await rejectionOf(open(origin.url, FAST).unary(method('Read'), undefined, undefined, {}, {}));

  expect(ConnectError.from(error).code).toBe(expected);
  expect(origin.requests).toHaveLength(sends);
});
