import { createTRPCUntypedClient, httpBatchLink, httpLink, type TRPCUntypedClient } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import type { RetryOptions } from '@twicesafe/core';
import { keys, reportOf } from '@twicesafe/core';
import { Origin, processThenReset, rejectionOf, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { retryHeaders, twicesafe } from '../src/trpc.ts';
import type { CallOptions } from './support/subject.ts';
import { sdkSuite } from './support/suite.ts';

const ANSWER = { headers: { 'content-type': 'application/json' }, body: '{"result":{"data":{"id":7}}}' };
const BUSY = {
  headers: { 'content-type': 'application/json' },
  body: '{"error":{"message":"busy","code":-32603,"data":{"httpStatus":503}}}',
};
const FAST = { skipWaits: true };

function open(url: string, options: RetryOptions, { fetch }: CallOptions = {}): TRPCUntypedClient<AnyRouter> {
  const sending = httpLink({ url, headers: ({ op }) => retryHeaders(op), ...(fetch && { fetch: fetch as never }) });
  return createTRPCUntypedClient<AnyRouter>({ links: [twicesafe(options), sending] });
}

sdkSuite({
  name: 'a link of tRPC',
  takesFetch: true,
  provesRefusal: false,
  answers: { read: ANSWER, write: ANSWER, busy: BUSY },
  read: async (url, options, { signal, ...call } = {}) =>
    open(url, options, call).query('orders', undefined, { ...(signal && { signal }) }) as Promise<object>,
  write: async (url, options, call) => open(url, options, call).mutation('place', { item: 7 }) as Promise<object>,
});

test('a call takes options of its own in its context', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset(), status(200, ANSWER));

  await open(origin.url, FAST).mutation('place', { item: 7 }, { context: { retry: { idempotent: true } } });

  expect(origin.applied).toHaveLength(2);
});

test('a key that no link sends is no permission', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());
  const link = twicesafe<AnyRouter>({ ...FAST, idempotencyKey: keys.ietf() });
  const client = createTRPCUntypedClient<AnyRouter>({ links: [link, httpLink({ url: origin.url })] });

  await rejectionOf(client.mutation('place', { item: 7 }));

  expect(origin.requests).toHaveLength(1);
  expect(origin.requests[0]?.headers).not.toHaveProperty('idempotency-key');
});

test('in a batch, each call is judged by its own status', async () => {
  const failed = { error: { message: 'busy', code: -32603, data: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503 } } };
  const missing = { error: { message: 'none', code: -32004, data: { code: 'NOT_FOUND', httpStatus: 404 } } };
  const found = { result: { data: { id: 7 } } };
  const headers = { 'content-type': 'application/json' };
  await using origin = await Origin.listen();
  origin.plays(
    status(207, { headers, body: JSON.stringify([failed, missing]) }),
    status(200, { headers, body: JSON.stringify([found]) }),
  );
  const links = [twicesafe<AnyRouter>(FAST), httpBatchLink({ url: origin.url })];
  const client = createTRPCUntypedClient<AnyRouter>({ links });

  const [first, second] = await Promise.allSettled([client.query('one'), client.query('two')]);

  expect(first).toMatchObject({ value: { id: 7 } });
  expect(reportOf((second as PromiseRejectedResult).reason)?.attempts).toHaveLength(1);
  expect(origin.requests.map(({ target }) => target.split('?')[0])).toEqual(['/one,two', '/one']);
});
