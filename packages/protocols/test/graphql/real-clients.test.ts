import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { expect, test, vi } from 'vitest';
import { graphql } from '../../src/graphql/graphql.ts';
import { type Recorder, recorder } from '../support/recorder.ts';

// Loading these servers and clients takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const url = 'https://api.example/graphql';
const QUERY = 'query Orders($first: Int) { orders(first: $first) { id } }';
const MUTATION = 'mutation Pay($id: ID!) { pay(id: $id) { id } }';

function subjects({ requests }: Recorder): readonly (string | undefined)[] {
  return requests.map((request) => {
    const reading = graphql().read(request);
    return reading && `${reading.subject}: ${reading.semantics}`;
  });
}

const answering = (payload: unknown) => recorder(() => Response.json(payload));

test('Apollo Client', async () => {
  const wire = answering({ data: { orders: [], pay: null } });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url, fetch: wire.fetch }) });

  await client.query({ query: gql(QUERY), variables: { first: 1 } });
  await client.mutate({ mutation: gql(MUTATION), variables: { id: '1' } });

  expect(subjects(wire)).toEqual(['GraphQL query `Orders`: safe', 'GraphQL mutation `Pay`: unsafe']);
});

test('Apollo Client with GET for queries', async () => {
  const wire = answering({ data: { orders: [] } });
  const link = new HttpLink({ uri: url, fetch: wire.fetch, useGETForQueries: true });

  await new ApolloClient({ cache: new InMemoryCache(), link }).query({ query: gql(QUERY) });

  expect(wire.requests[0]?.method).toBe('GET');
  expect(subjects(wire)).toEqual(['GraphQL query `Orders`: safe']);
});

test("Apollo Client's batches, of which one member may be a mutation", async () => {
  const wire = answering([{ data: { orders: [] } }, { data: { pay: null } }]);
  const link = new BatchHttpLink({ uri: url, fetch: wire.fetch, batchInterval: 1 });
  const client = new ApolloClient({ cache: new InMemoryCache(), link });

  await Promise.all([
    client.query({ query: gql(QUERY), variables: {} }),
    client.mutate({ mutation: gql(MUTATION), variables: { id: '1' } }),
  ]);

  expect(subjects(wire)).toEqual(['GraphQL batch of 2 with mutation `Pay`: unsafe']);
});

test("Apollo Client's persisted queries: only the text counts, not the hash", async () => {
  const wire = recorder(async (request) => {
    const { query } = await request.json();
    if (query) return Response.json({ data: { orders: [] } });
    return Response.json({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
  const link = new PersistedQueryLink({ sha256: async () => 'ab12' }).concat(
    new HttpLink({ uri: url, fetch: wire.fetch }),
  );

  await new ApolloClient({ cache: new InMemoryCache(), link }).query({ query: gql(QUERY) });

  expect(subjects(wire)).toEqual([undefined, 'GraphQL query `Orders`: safe']);
  expect(wire.requests.map((request) => graphql({ operations: { ab12: 'query' } }).read(request)?.semantics)).toEqual([
    'safe',
    'safe',
  ]);
});

test('urql, which sends queries by GET', async () => {
  const wire = answering({ data: { orders: [], pay: null } });
  const client = new Client({
    url,
    fetch: wire.fetch,
    exchanges: [fetchExchange],
    preferGetMethod: 'within-url-limit',
  });

  await client.query(QUERY, { first: 1 }).toPromise();
  await client.mutation(MUTATION, { id: '1' }).toPromise();

  expect(wire.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  expect(subjects(wire)).toEqual(['GraphQL query `Orders`: safe', 'GraphQL mutation `Pay`: unsafe']);
});

test("urql's uploads, which are a form", async () => {
  const wire = answering({ data: { pay: null } });
  const client = new Client({ url, fetch: wire.fetch, exchanges: [fetchExchange], preferGetMethod: false });

  await client.mutation(MUTATION, { id: new Blob(['query { a }']) }).toPromise();
  await client.query(QUERY, { first: new Blob(['mutation { a }']) }).toPromise();

  expect(wire.requests[0]?.headers.get('content-type')).toMatch(/^multipart\/form-data/);
  expect(subjects(wire)).toEqual(['GraphQL mutation `Pay`: unsafe', 'GraphQL query `Orders`: safe']);
});
