/** An error code, and the page that says that a server that answers with it, and without data, executed nothing. */
type Codes = ReadonlyMap<string, string>;

const SHOPIFY = 'https://shopify.dev/docs/api/usage/limits';
const GITHUB = 'https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api';
const GRAVITEE = 'https://documentation.gravitee.io';
const APOLLO = 'https://www.apollographql.com/docs/apollo-server/data/errors';

/** "Too many requests": another attempt may succeed. An empty page: the code proves nothing. */
export const THROTTLES: Codes = new Map([
  ['THROTTLED', SHOPIFY],
  ['type RATE_LIMITED', GITHUB],
  ['secondary rate limit', GITHUB],
  ['GRAPHQL_RATE_LIMIT_TOO_MANY_REQUESTS', GRAVITEE],
  ['RATE_LIMITED', ''], // an error of one field, in graphql-rate-limit-directive: other fields may have been executed
]);

/** "This request can't be executed": another attempt would get the same answer. */
export const REQUEST_ERRORS: Codes = new Map([
  ['MAX_COST_EXCEEDED', SHOPIFY],
  ['GRAPHQL_RATE_LIMIT_REACH_MAX_COST', GRAVITEE],
  ['GRAPHQL_PARSE_FAILED', APOLLO],
  ['GRAPHQL_VALIDATION_FAILED', APOLLO],
  ['OPERATION_RESOLUTION_FAILURE', APOLLO],
  ['PERSISTED_QUERY_NOT_FOUND', APOLLO], // the client sends the text next
  ['PERSISTED_QUERY_NOT_SUPPORTED', APOLLO],
]);
