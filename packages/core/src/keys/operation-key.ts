import { ruleFor } from '../decision/rules.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { Settings } from '../options/settings.ts';
import type { IdempotencyKey, KeyScheme } from './scheme.ts';
import { checkKeyValue, customKeyScheme, isSendable } from './scheme.ts';

/** The key of an operation, and what to send so that the server learns of it. */
export interface OperationKey {
  readonly key: IdempotencyKey;
  /** The header fields that the adapter adds to every attempt. Constant for the operation; never a field that the caller set. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Time and chance, as far as a key needs them. */
export interface KeyChance {
  /** A random UUID. */
  uuid(): string;
  /** Milliseconds since 1970. */
  epochMs(): number;
}

/**
 * The field names by which servers are known to take keys (the vendors' documentation). `RequestID` and `request-key` are
 * left out: they name trace ids as well, and a trace id makes no second copy harmless.
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
 * The idempotency key of an operation, or undefined if there is none that a server is known to honour. To be asked once per
 * operation: it makes a new key each time.
 *
 * The scheme is that of the first rule that matches, else that of the settings, else (for a key in `request`) the usual one.
 * Without any scheme, a key in one of the well-known header fields is the caller's permission.
 *
 * @throws {TypeError | RangeError} For a key that cannot be sent, or that the scheme's server would not take.
 */
export function keyFor(
  traits: RequestTraits,
  request: { readonly idempotencyKey?: string },
  settings: Pick<Settings, 'rules' | 'idempotencyKey'>,
  random: KeyChance,
): OperationKey | undefined {
  const explicit = request.idempotencyKey;
  const declared = ruleFor(traits, settings.rules)?.idempotencyKey ?? settings.idempotencyKey;
  const scheme = declared ?? (explicit === undefined ? undefined : customKeyScheme({ header: 'Idempotency-Key' }));
  if (!scheme) return keyOfCaller(traits);

  const written = traits.headers.get(scheme.header);
  if (written !== null) {
    if (scheme.callerKeys === 'ignore') return undefined;
    const value = scheme.format === 'string' ? unquote(written) : written;
    checkKeyValue(`header field ${scheme.header}`, value, scheme);
    return { key: { scheme, value }, fields: firstSent(traits, scheme, random) };
  }

  if (explicit === undefined && !scheme.methods.includes(traits.method)) return undefined;
  const value = explicit === undefined ? (scheme.generate?.() ?? random.uuid()) : explicit;
  checkKeyValue(explicit === undefined ? 'the generated idempotency key' : 'retry.idempotencyKey', value, scheme);
  const field = [scheme.header, scheme.format === 'string' ? quote(value) : value] as const;
  return { key: { scheme, value }, fields: [field, ...firstSent(traits, scheme, random)] };
}

/** A key that the caller set by hand, while we were told nothing of keys. One that is no key is not our business then. */
function keyOfCaller({ headers }: RequestTraits): OperationKey | undefined {
  for (const header of KEY_HEADERS) {
    const value = headers.get(header);
    if (value === null) continue;
    const scheme = customKeyScheme({ header });
    if (isSendable(value, scheme)) return { key: { scheme, value }, fields: [] };
  }
  return undefined;
}

/** OASIS Repeatable Requests 1.0: the time of the first attempt, as an HTTP-date, the same on every one. */
function firstSent(
  { headers }: RequestTraits,
  { firstSentHeader }: KeyScheme,
  random: KeyChance,
): OperationKey['fields'] {
  if (firstSentHeader === undefined || headers.get(firstSentHeader) !== null) return [];
  // biome-ignore lint/style/noRestrictedGlobals: writes a time that it is given, and asks for none
  return [[firstSentHeader, new Date(random.epochMs()).toUTCString()]];
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A value that is no String is taken as it stands: it is what the caller wrote. */
function unquote(written: string): string {
  return QUOTED.exec(written)?.[1]?.replace(/\\(.)/g, '$1') ?? written;
}
