import type { ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, isRecord, type JsonRecord, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';
import { quoted } from '../shared/quoted.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { worstOf } from '../shared/worst-of.ts';
import { REQUEST_ERRORS, THROTTLES } from './error-codes.ts';

const OVER_HTTP = 'https://graphql.github.io/graphql-over-http/draft/#sec-application-graphql-response-json';
/** GitHub says to wait a minute where no header says how long. */
const SECONDARY_LIMIT_MS = 60_000;

/**
 * Judges a GraphQL response by its errors.
 *
 * If every error has a known throttle code and there is no `data`, the request was not executed. `data: null` proves
 * nothing: the mutation whose non-null field failed was executed.
 */
export function judgeGraphql(response: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  const body = parseJson(text);
  return worstOf((Array.isArray(body) ? body : [body]).map((member) => judgeOne(member, response)));
}

function judgeOne(body: unknown, response: ProtocolResponse): ProtocolAnswer | undefined {
  // GitHub's secondary limit has a message in place of errors.
  const errors = at(body, 'errors') ?? (isSecondary(body) ? [body] : []);
  if (!isRecord(body) || !Array.isArray(errors) || errors.length === 0) return undefined;
  const codes = errors.map(codeOf);
  const subject = `GraphQL error ${quoted(codes[0] || 'without a code')}`;
  const refused = Object.hasOwn(body, 'data') ? undefined : refusalOf(codes, response);

  if (codes.every((code) => THROTTLES.has(code))) {
    const waitMs = waitOf(body, errors, response);
    return { verdict: 'transient', subject, ...(refused && { refused }), ...(waitMs && { waitMs }) };
  }
  if (refused) return { verdict: response.status === 429 ? 'transient' : 'final', subject, refused };
  return response.status < 300 ? { verdict: 'final', subject } : undefined;
}

/** The page that says that errors without data mean that nothing was executed. */
function refusalOf(codes: readonly string[], { status, headers }: ProtocolResponse): string | undefined {
  const [page] = codes.map((code) => THROTTLES.get(code) || REQUEST_ERRORS.get(code));
  const known = codes.every((code) => THROTTLES.get(code)) || codes.every((code) => REQUEST_ERRORS.has(code));
  if (known) return page;
  // A response of this type without data is a request error, raised before the execution. With a 5xx it may come from a
  // plugin that failed afterwards, as in Apollo Server.
  const raisedBefore = status >= 400 && status < 500 && status !== 408;
  return raisedBefore && mediaTypeOf(headers) === 'application/graphql-response+json' ? OVER_HTTP : undefined;
}

function isSecondary(error: unknown): boolean {
  return /\bsecondary rate\b/i.test(String(at(error, 'message')).slice(0, 1000));
}

/** The code of an error, or what stands for one at GitHub. */
function codeOf(error: unknown): string {
  if (isSecondary(error)) return 'secondary rate limit';
  const code = at(error, 'extensions', 'code');
  const type = at(error, 'type');
  if (typeof code === 'string') return code;
  return typeof type === 'string' ? `type ${type}` : '';
}

/** How long Shopify's bucket needs to hold enough for the query, or what GitHub means where no header says so. */
function waitOf(body: JsonRecord, errors: readonly unknown[], { headers }: ProtocolResponse): number | undefined {
  if (errors.some(isSecondary) && headers.get('retry-after') === null) return SECONDARY_LIMIT_MS;
  const cost = at(body, 'extensions', 'cost');
  const [wanted, available, perSecond] = [
    at(cost, 'requestedQueryCost'),
    at(cost, 'throttleStatus', 'currentlyAvailable'),
    at(cost, 'throttleStatus', 'restoreRate'),
  ].map(Number);
  return secondsToMs(((wanted ?? 0) - (available ?? 0)) / (perSecond ?? 0));
}
