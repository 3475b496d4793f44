import type { ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { batchAnswer } from '../shared/batch.ts';
import { at, listOf, numberOf, parseJson, textOf } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import { quoted } from '../shared/quoted.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { ERROR_CODES } from './error-codes.ts';

const OVER_HTTP = 'https://graphql.github.io/graphql-over-http/draft/#sec-application-graphql-response-json';
/** Every 4xx except 408, which a gateway may send after the server started to execute the request. */
const REQUEST_ERROR = /^4(?!08)/;
/** GitHub's limit that lasts at least a minute, unless a header gives the wait. */
const SECONDARY_LIMIT = 'secondary rate limit';

/**
 * Judges a GraphQL response by its errors.
 *
 * If every error has a known throttle code and `data` is missing, the request was not executed. `data: null` isn't
 * proof, because a mutation that was executed returns it if a non-null field fails.
 */
export function judgeGraphql(response: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  return batchAnswer(listOf(parseJson(text)).map((body) => judgeOne(body, response)));
}

function judgeOne(body: unknown, response: ProtocolResponse): ProtocolAnswer | undefined {
  // For GitHub's secondary limit, the body has a message instead of errors.
  const errors = at(body, 'errors') ?? (codeOf(body) === SECONDARY_LIMIT ? [body] : []);
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const codes = errors.map(codeOf);
  const subject = `GraphQL error ${quoted(codes[0])}`;
  // Other servers may use Shopify's code with another meaning. Trust it only with the null cost of a query that did not
  // run.
  const unspent = !codes.includes('THROTTLED') || at(body, 'extensions', 'cost', 'actualQueryCost') === null;
  const refused = unspent && at(body, 'data') === undefined ? refusalOf(codes, response) : undefined;
  if (codes.every((code) => ERROR_CODES.get(code)?.verdict === 'transient')) {
    const aMinute = codes.includes(SECONDARY_LIMIT) && response.headers.get('retry-after') === null;
    return { verdict: 'transient', subject, refused, waitMs: aMinute ? 60_000 : refillMs(body) };
  }
  if (!refused && response.status >= 300) return undefined;
  return { verdict: refused && response.status === 429 ? 'transient' : 'final', subject, refused };
}

/** Returns the page that documents that the server did not execute requests that get these errors without data. */
function refusalOf(codes: readonly string[], { status, headers }: ProtocolResponse): string | undefined {
  const [first, ...others] = codes.map((code) => ERROR_CODES.get(code));
  if (first?.refused && others.every((other) => other?.refused && other.verdict === first.verdict))
    return first.refused;
  // A response of this type without data is a request error, which is raised before execution. A 5xx may come from a
  // plugin that failed after execution, as in Apollo Server.
  const typed = mediaTypeOf(headers) === 'application/graphql-response+json' && REQUEST_ERROR.test(String(status));
  return typed ? OVER_HTTP : undefined;
}

/** Returns an error's code, or GitHub's equivalent of a code. */
function codeOf(error: unknown): string {
  if (/\bsecondary rate\b/i.test(textOf(at(error, 'message')))) return SECONDARY_LIMIT;
  const type = textOf(at(error, 'type'));
  return textOf(at(error, 'extensions', 'code')) || (type ? `type ${type}` : 'without a code');
}

/** Returns how long Shopify's bucket needs to refill for the query, in milliseconds. */
function refillMs(body: unknown): number | undefined {
  const cost = at(body, 'extensions', 'cost');
  const status = at(cost, 'throttleStatus');
  const missing = numberOf(at(cost, 'requestedQueryCost')) - numberOf(at(status, 'currentlyAvailable'));
  return secondsToMs(missing / numberOf(at(status, 'restoreRate')));
}
