import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { type RetryOptions, reportOf, wrapFetch } from '@twicesafe/fetch';
import { graphql, judges } from '@twicesafe/protocols';
import { fetchExchange, Client as Urql } from '@urql/core';
import { type RetryExchangeOptions, retryExchange } from '@urql/exchange-retry';
import { GraphQLClient } from 'graphql-request';
import pRetry from 'p-retry';
import { ATTEMPT_MS, ATTEMPTS, type Client, type Message, type Send, type Told, timedFetch } from '../client.ts';

type Fetch = typeof globalThis.fetch;
/** Sends a message with a GraphQL library over this fetch. Rejects, or returns false, for a failure. */
type Library = (fetch: Fetch, message: Message) => Promise<boolean>;

const documentOf = ({ method }: Message): string =>
  method === 'GET' ? 'query Orders { result }' : 'mutation Pay { result }';

const graphqlRequest: Library = async (fetch, message) => {
  await new GraphQLClient(message.url, { fetch }).request(documentOf(message));
  return true;
};

const apollo =
  (...links: readonly ApolloLink[]): Library =>
  async (fetch, message) => {
    const link = ApolloLink.from([...links, new HttpLink({ uri: message.url, fetch })]);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const document = gql(documentOf(message));
    if (message.method === 'GET') await client.query({ query: document, fetchPolicy: 'no-cache' });
    else await client.mutate({ mutation: document, fetchPolicy: 'no-cache' });
    return true;
  };

const urql =
  (retry?: RetryExchangeOptions): Library =>
  async (fetch, message) => {
    const exchanges = [...(retry ? [retryExchange(retry)] : []), fetchExchange];
    const client = new Urql({ url: message.url, fetch, exchanges, preferGetMethod: false });
    const document = documentOf(message);
    const sent = message.method === 'GET' ? client.query(document, {}) : client.mutation(document, {});
    return (await sent.toPromise()).error === undefined;
  };

const bare =
  (library: Library): Send =>
  async (message) => ({ success: await library(timedFetch as Fetch, message) });

/** The library over a wrapped fetch, whose last report has the effect. */
function wrapped(library: Library, options?: RetryOptions): Send {
  const fetch = wrapFetch({
    protocols: [graphql({ judge: judges.graphql })],
    attemptTimeoutMs: ATTEMPT_MS,
    ...options,
  });
  return async (message) => {
    let settled: unknown;
    const watched: Fetch = async (input, init) => {
      try {
        settled = await fetch(input, init);
        return settled as Response;
      } catch (error) {
        settled = error;
        throw error;
      }
    };
    const success = await library(watched, message).catch(() => false);
    const effect: Told['effect'] = reportOf(settled)?.effect;
    return { success, effect };
  };
}

/** GraphQL clients with their own retries, and over twicesafe's fetch. */
export const graphqlClients: readonly Client[] = [
  { name: 'graphql-request over twicesafe', setting: 'installed', send: wrapped(graphqlRequest) },
  { name: 'Apollo Client over twicesafe', setting: 'installed', send: wrapped(apollo()) },
  { name: 'urql over twicesafe', setting: 'installed', send: wrapped(urql()) },
  { name: 'graphql-request', setting: 'installed', send: bare(graphqlRequest) },
  {
    name: 'graphql-request + p-retry',
    setting: 'everything',
    send: (message) => pRetry(() => bare(graphqlRequest)(message), { retries: ATTEMPTS - 1, minTimeout: 100 }),
  },
  { name: 'Apollo Client + RetryLink', setting: 'installed', send: bare(apollo(new RetryLink())) },
  {
    name: 'Apollo Client + RetryLink',
    setting: 'everything',
    send: bare(apollo(new RetryLink({ attempts: { max: ATTEMPTS }, delay: { initial: 100 } }))),
  },
  { name: 'urql + retryExchange', setting: 'installed', send: bare(urql({})) },
  {
    name: 'urql + retryExchange',
    setting: 'everything',
    send: bare(urql({ maxNumberAttempts: ATTEMPTS, initialDelayMs: 100, retryIf: () => true })),
  },
];
