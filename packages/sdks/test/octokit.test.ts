import { Octokit } from '@octokit/core';
import { type Protocol, protocol, type RetryOptions } from '@twicesafe/core';
import { Origin, processThenReset, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { twicesafe } from '../src/octokit.ts';
import type { CallOptions } from './support/subject.ts';
import { sdkSuite } from './support/suite.ts';

const JSON_ANSWER = { headers: { 'content-type': 'application/json' }, body: '{"id":7}' };

function open(url: string, options: RetryOptions, { fetch }: CallOptions = {}): Octokit {
  const Safe = Octokit.plugin(twicesafe(options) as never);
  return new Safe({ baseUrl: url.slice(0, -1), ...(fetch && { request: { fetch } }) });
}

sdkSuite({
  name: 'a plugin of Octokit',
  takesFetch: true,
  provesRefusal: false,
  answers: { read: JSON_ANSWER, write: JSON_ANSWER },
  read: async (url, options, { signal, ...call } = {}) =>
    open(url, options, call).request('GET /orders/{id}', { id: 7, ...(signal && { request: { signal } }) }),
  write: async (url, options, call) => open(url, options, call).request('POST /orders', { item: 7 }),
});

test('a GraphQL query is read by the protocol, and sent again', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset(), status(200, JSON_ANSWER));

  const read: Protocol['read'] = ({ body }) =>
    body()?.startsWith('{"query":"{') ? { subject: 'GraphQL query', semantics: 'safe' } : undefined;

  await open(origin.url, { skipWaits: true, protocols: [protocol({ name: 'GraphQL', read })] }).request(
    'POST /graphql',
    {
      query: '{ viewer { login } }',
    },
  );

  expect(origin.requests).toHaveLength(2);
});

test('a request takes options of its own', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset(), status(200, JSON_ANSWER));

  await open(origin.url, { skipWaits: true }).request('POST /orders', {
    item: 7,
    request: { retry: { idempotent: true } },
  });

  expect(origin.requests.map(({ text }) => text)).toEqual(['{"item":7}', '{"item":7}']);
});
