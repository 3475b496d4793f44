import type { HeadersLike } from '../decision/traits.ts';
import { parseHttpDate } from './http-date.ts';

/**
 * The early drafts' fields (draft-ietf-httpapi-ratelimit-headers-03 to -06), and those of vendors before and after
 * them.
 */
const QUOTA_FIELDS = ['ratelimit', 'x-ratelimit', 'x-rate-limit'];

/** The members of a list whose members may be HTTP-dates, two forms of which have a comma of their own. */
const MEMBERS = / *(?:[A-Z][a-z]+, )?[^,]+/g;

/** A date and time of RFC 3339, with the offset that makes it one moment everywhere. */
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

// RFC 9651, once every String is cut down to its quotes: what is left has no comma or semicolon but the separators. A
// String that does not end keeps one quote, and is not looked at twice: a long value of quotes must not take long.
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*("?)/g;
const KEY = '[a-z*][a-z\\d_.*-]*';
const VALUE = '(?:@?-?\\d+(?:\\.\\d+)?|%?""|:[\\w+/=]*:|\\?[01]|[A-Za-z*][\\w!#$%&\'*+.^`|~:/-]*)';
const PARAMETERS = `(?:; *${KEY}(?:=${VALUE})?)*`;
const QUOTAS = new RegExp(`^(?:${several(`""${PARAMETERS}`)}|${several(`${KEY}=${VALUE}${PARAMETERS}`)})$`);

/**
 * How long the server asks us to wait. A malformed header is ignored, and the next one is read, as
 * draft-ietf-httpapi-ratelimit-headers requires. RFC 9110 section 10.2.3 leaves it open.
 *
 * @param epochMs - The wall clock, in milliseconds since 1970. The response's own `Date` is preferred to it.
 * @param status - On a 429, a reset time counts even without a remaining quota, because the status means that the quota
 *   is exhausted.
 * @returns Whole milliseconds, never negative and never infinite, or undefined if the server does not say.
 *
 * @example
 * pushbackOf(headersFrom({ 'Retry-After': '2' }), Date.now()); // 2000
 * pushbackOf(headersFrom({ 'X-RateLimit-Reset': '30' }), Date.now(), 429); // 30000
 * pushbackOf(headersFrom({}), Date.now()); // undefined
 */
export function pushbackOf(headers: HeadersLike, epochMs: number, status?: number): number | undefined {
  const field = (name: string): string => headers.get(name)?.trim() ?? '';
  const serverMs = parseHttpDate(field('date'), epochMs) ?? epochMs;
  const waitMs =
    ofMembers(field('retry-after-ms'), decimal) ??
    ofMembers(field('x-ms-retry-after-ms'), decimal) ??
    ofMembers(field('x-amz-retry-after'), decimal) ??
    ofMembers(field('retry-after'), (value) => retryAfter(value, serverMs)) ??
    untilQuota(field, serverMs, status === 429);
  // Rounded up, since timers drop the fraction. Digits without end are a wait without end, which is still a number.
  return waitMs === undefined ? undefined : Math.min(Math.max(0, Math.ceil(waitMs)), Number.MAX_SAFE_INTEGER);
}

/** Several lines arrive as one list. */
function ofMembers(list: string, read: (member: string) => number | undefined): number | undefined {
  return longest((list.match(MEMBERS) ?? []).map((member) => read(member.trim())));
}

/** Waiting for the longest satisfies all of them. */
function longest(waits: readonly (number | undefined)[]): number | undefined {
  return waits.filter((wait) => wait !== undefined).sort((a, b) => b - a)[0];
}

/** RFC 9110 section 10.2.3: an HTTP-date or whole seconds. */
function retryAfter(value: string, serverMs: number): number | undefined {
  const dateMs = parseHttpDate(value, serverMs);
  return dateMs === undefined ? seconds(value) : dateMs - serverMs;
}

/** Until there is a new quota, if this one is used up. A cached response (`Age`) is outdated. */
function untilQuota(field: (name: string) => string, serverMs: number, exhausted: boolean): number | undefined {
  if ((digits(field('age')) ?? 0) > 0) return undefined;
  let waitMs = rateLimit(field('ratelimit'));
  for (const name of QUOTA_FIELDS) {
    if (exhausted || digits(field(`${name}-remaining`)) === 0) waitMs ??= untilReset(field(`${name}-reset`), serverMs);
  }
  return waitMs ?? (exhausted ? untilReset(field('x-ratelimit-retry-after'), serverMs) : undefined);
}

/** `RateLimit`, as one dictionary (draft 07) or as a list with one member for each policy (drafts 08 to 11). */
function rateLimit(value: string): number | undefined {
  const bare = value.replace(STRING, '"$1');
  if (!QUOTAS.test(bare)) return undefined;
  const members = bare.split(',');
  const waits = members.map((member) => untilRefill(member.split(';'), 'r', 't'));
  return longest([untilRefill(members, 'remaining', 'reset'), ...waits]);
}

function untilRefill(parts: readonly string[], remaining: string, reset: string): number | undefined {
  const values = new Map(parts.map((part) => part.trim().split('=') as [string, string]));
  return digits(values.get(remaining)) === 0 ? seconds(values.get(reset)) : undefined;
}

/**
 * Milliseconds or seconds since 1970, or seconds from now. The magnitude decides, because the headers don't name the
 * unit.
 */
function untilReset(value: string, serverMs: number): number | undefined {
  const number = decimal(value);
  if (number === undefined) return untilIsoDate(value, serverMs);
  if (number < 1e9) return number * 1000;
  return (number < 1e12 ? number * 1000 : number) - serverMs;
}

function untilIsoDate(value: string, serverMs: number): number | undefined {
  // biome-ignore lint/style/noRestrictedGlobals: ECMAScript says what this form means, whatever the clock and the place
  const dateMs = ISO_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : dateMs - serverMs;
}

function seconds(value: string | undefined): number | undefined {
  const number = digits(value);
  return number === undefined ? undefined : number * 1000;
}

function digits(value = ''): number | undefined {
  return /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Vendor headers may contain fractions. */
function decimal(value: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function several(member: string): string {
  return `${member}(?:[ \\t]*,[ \\t]*${member})*`;
}
