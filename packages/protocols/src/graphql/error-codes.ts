import type { ProtocolAnswer } from '../protocol.ts';

const SHOPIFY = 'https://shopify.dev/docs/api/usage/limits';
const GITHUB = 'https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api';
const APOLLO = 'https://www.apollographql.com/docs/apollo-server/data/errors';

type Meaning = Pick<ProtocolAnswer, 'verdict' | 'refused'>;

const throttle = (refused?: string): Meaning => ({ verdict: 'transient', refused });
const rejection = (refused: string): Meaning => ({ verdict: 'final', refused });

/**
 * The meanings of error codes. `refused` is the page that documents that the code, without data, is a refusal before
 * execution.
 */
export const ERROR_CODES: ReadonlyMap<unknown, Meaning> = /* @__PURE__ */ (() =>
  new Map([
    ['THROTTLED', throttle(SHOPIFY)],
    ['MAX_COST_EXCEEDED', rejection(SHOPIFY)],
    ['type RATE_LIMITED', throttle(GITHUB)],
    ['secondary rate limit', throttle(GITHUB)],
    ['RATE_LIMITED', throttle()], // graphql-rate-limit-directive limits one field, and others may have been executed
    ['GRAPHQL_PARSE_FAILED', rejection(APOLLO)],
    ['GRAPHQL_VALIDATION_FAILED', rejection(APOLLO)],
    ['OPERATION_RESOLUTION_FAILURE', rejection(APOLLO)],
    ['PERSISTED_QUERY_NOT_FOUND', rejection(APOLLO)], // the client sends the text next
  ]))();
