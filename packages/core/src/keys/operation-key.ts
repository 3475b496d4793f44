import type { RequestTraits } from '../decision/traits.ts';
import { describe } from '../options/check.ts';
import type { IdempotencyKey, KeyScheme } from './scheme.ts';
import { checkKeyValue, customKeyScheme, isSendable } from './scheme.ts';

/** The key of an operation, and what to send so that the server learns of it. */
export interface OperationKey {
  readonly key: IdempotencyKey;
  /**
   * The headers that the client adds to every attempt. The same for the whole operation, and never one that the caller
   * set.
   */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The part of a clock that a key needs. */
export interface KeyClock {
  /** A random UUID. */
  uuid(): string;
  /** Milliseconds since 1970. */
  epochMs(): number;
}

/**
 * The field names by which servers are known to take keys (the vendors' documentation). `RequestID` and `request-key`
 * are left out, because they also name trace ids, and a trace id doesn't make a duplicate harmless.
 */
const KEY_HEADERS = [
  'idempotency-key',
  'x-idempotency-key',
  'x-idempotence-uuid',
  'paypal-request-id',
  'cko-idempotency-key',
  'klarna-idempotency-key',
  'x-payout-idempotency',
  'chargebee-idempotency-key',
  'request-idempotency-key',
  'x-qonto-idempotency-key',
  'idempotency',
  'repeatability-request-id',
  'x-goog-gcs-idempotency-token',
];

// RFC 9651 section 4.2.5.
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/**
 * The scheme of a key without a declared one. Made when it is first needed, because its checks take long to compile.
 */
let usual: KeyScheme | undefined;

/** What decides which key a request carries. */
export interface KeyRequest {
  readonly traits: RequestTraits;
  /** `retry.idempotencyKey`, if given. */
  readonly explicit: string | undefined;
  /** The scheme of the matching rule or of the policy, if there is one. */
  readonly declared: KeyScheme | undefined;
}

/**
 * Makes the idempotency key of an operation. Call it once per operation, because it generates a new key each time.
 *
 * The scheme is the declared one, else (for an explicit key) the usual one. Without any scheme, a key in one of the
 * well-known headers is the caller's permission.
 *
 * @returns undefined without a key that a server is known to honor.
 * @throws {TypeError | RangeError} For a key that cannot be sent, that the scheme's server would not take, or that
 *   contradicts the header that the caller set.
 * @throws Whatever the scheme's `generate` throws.
 */
export function keyFor({ traits, explicit, declared }: KeyRequest, clock: KeyClock): OperationKey | undefined {
  if (explicit !== undefined) usual ??= customKeyScheme({ header: 'Idempotency-Key' });
  const scheme = declared ?? (explicit === undefined ? undefined : usual);
  if (!scheme) return callerKey(traits);

  const written = traits.headers.get(scheme.header);
  if (written !== null) {
    if (scheme.callerKeys === 'ignore') return undefined;
    const value = writtenKey(written, scheme, explicit);
    return { key: { scheme, value }, headers: firstSent(traits, scheme, clock) };
  }

  if (explicit === undefined && !scheme.methods.includes(traits.method)) return undefined;
  const value = explicit ?? scheme.generate?.() ?? clock.uuid();
  if (explicit !== undefined) checkKeyValue('retry.idempotencyKey', value, scheme);
  else if (scheme.generate || scheme.pattern || scheme.maxLength < value.length)
    checkKeyValue('the generated idempotency key', value, scheme);
  const header = [scheme.header, scheme.format === 'string' ? quote(value) : value] as const;
  return { key: { scheme, value }, headers: [header, ...firstSent(traits, scheme, clock)] };
}

/** The key that the caller wrote into the scheme's header. */
function writtenKey(written: string, scheme: KeyScheme, explicit: string | undefined): string {
  const value = scheme.format === 'string' ? unquote(written) : written;
  checkKeyValue(`header field ${scheme.header}`, value, scheme);
  if (explicit === undefined || explicit === value) return value;
  throw new TypeError(
    `retry.idempotencyKey is ${describe(explicit)}, but the ${scheme.header} header is ${describe(written)}: give only one`,
  );
}

/**
 * Returns the key that the caller set as a header without a scheme. A value that can't be a key doesn't permit a retry.
 */
export function callerKey({ headers }: RequestTraits): OperationKey | undefined {
  for (const header of KEY_HEADERS) {
    const value = headers.get(header);
    if (value === null) continue;
    const scheme = customKeyScheme({ header });
    if (isSendable(value, scheme)) return { key: { scheme, value }, headers: [] };
  }
  return undefined;
}

/** Whether a request that is sent in place of another one has its key. Nobody adds one that the caller wrote. */
export function isCarried({ key, headers }: OperationKey, from: RequestTraits, to: RequestTraits): boolean {
  const { header } = key.scheme;
  return headers.some(([name]) => name === header) || to.headers.get(header) === from.headers.get(header);
}

/**
 * OASIS Repeatable Requests 1.0 requires the time of the first attempt, as an HTTP-date, unchanged on every attempt.
 */
function firstSent(
  { headers }: RequestTraits,
  { firstSentHeader }: KeyScheme,
  clock: KeyClock,
): OperationKey['headers'] {
  if (firstSentHeader === undefined || headers.get(firstSentHeader) !== null) return [];
  // biome-ignore lint/style/noRestrictedGlobals: writes a time that it is given, and asks for none
  return [[firstSentHeader, new Date(clock.epochMs()).toUTCString()]];
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A value that isn't a structured String is used unchanged. */
function unquote(written: string): string {
  return QUOTED.exec(written)?.[1]?.replace(/\\(.)/g, '$1') ?? written;
}
