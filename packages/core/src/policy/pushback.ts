import type { FieldReader } from '../model/traits.ts';
import { parseHttpDate } from './http-date.ts';

/** Milliseconds, as OpenAI, Anthropic and Azure write them beside or instead of Retry-After. */
const MILLISECOND_FIELDS = ['retry-after-ms', 'x-ms-retry-after-ms'];

/** Pairs of "how many requests are left" and "when there are more", as they are spelt by early drafts and by vendors. */
const RESET_FIELDS = [
  ['ratelimit-remaining', 'ratelimit-reset'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ['x-rate-limit-remaining', 'x-rate-limit-reset'],
] as const;

/**
 * How long the server asks us to wait, in milliseconds; undefined if it does not say so in a form that can be understood. What
 * is malformed is as good as absent (RFC 9110 section 10.2.3 has no rule for it, draft-ietf-httpapi-ratelimit-headers wants it so).
 *
 * @param epochMs - The wall clock, in milliseconds since 1970. The response's own `Date` is preferred to it.
 */
export function pushbackOf(headers: FieldReader, epochMs: number): number | undefined {
  const serverMs = parseHttpDate(headers.get('date') ?? '', epochMs) ?? epochMs;
  for (const field of MILLISECOND_FIELDS) {
    const ms = digits(headers.get(field));
    if (ms !== undefined) return ms;
  }
  return retryAfter(headers.get('retry-after'), serverMs) ?? reset(headers, serverMs);
}

function retryAfter(value: string | null, serverMs: number): number | undefined {
  if (value === null) return undefined;
  const dateMs = parseHttpDate(value, serverMs);
  if (dateMs !== undefined) return Math.max(0, dateMs - serverMs);
  // Several lines arrive as one list. Whoever asks twice means the longer wait.
  const seconds = value.split(',').map((part) => digits(part.trim()));
  return seconds.includes(undefined) ? undefined : Math.max(...(seconds as number[])) * 1000;
}

/** A reset time counts only when nothing is left, and not when a cache has kept it (`Age`). */
function reset(headers: FieldReader, serverMs: number): number | undefined {
  if ((digits(headers.get('age')) ?? 0) > 0) return undefined;
  for (const [remaining, name] of RESET_FIELDS) {
    const value = headers.get(name);
    if (value !== null && digits(headers.get(remaining)) === 0) return untilReset(value, serverMs);
  }
  // draft-ietf-httpapi-ratelimit-headers-07: one field with everything.
  const all = /^limit=\d+, *remaining=0, *reset=(\d+)$/.exec(headers.get('ratelimit') ?? '');
  return all ? Number(all[1]) * 1000 : undefined;
}

/** Seconds from now, seconds since 1970 or milliseconds since 1970: told apart by magnitude, for no field says which. */
function untilReset(value: string, serverMs: number): number | undefined {
  const number = digits(value);
  if (number === undefined) {
    const dateMs = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - serverMs);
  }
  if (number >= 1e12) return Math.max(0, number - serverMs);
  return number >= 1e9 ? Math.max(0, number * 1000 - serverMs) : number * 1000;
}

/** RFC 9110 section 10.2.3: digits and nothing else. So many that they make Infinity are still a very long wait. */
function digits(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}
