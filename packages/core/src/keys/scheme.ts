import {
  checkKnown,
  checkList,
  checkNumber,
  checkOneOf,
  checkOwnHeader,
  checkToken,
  checkType,
  describe,
} from '../options/check.ts';

/**
 * How a server takes idempotency keys. It contains the name of the header, its format, and the meaning of the
 * responses.
 */
export interface KeyScheme {
  /** The header field that carries the key. */
  readonly header: string;
  /**
   * The format of the key, either without quotes or as a quoted String of RFC 9651
   * (draft-ietf-httpapi-idempotency-key-header-07 section 2.1).
   */
  readonly format: 'bare' | 'string';
  /** The methods for which the server honours a key. */
  readonly methods: readonly string[];
  /** The longest key in characters, as the caller knows it. */
  readonly maxLength: number;
  /**
   * A pattern that a key must match in addition to `format` and `maxLength`, if a server restricts its characters or
   * minimum length.
   */
  readonly pattern?: RegExp;
  /**
   * For how long the server remembers a key, in milliseconds from the first attempt. `Infinity` means that it never
   * forgets.
   */
  readonly windowMs: number;
  /** Statuses that mean "the first request is still being processed". twicesafe waits, then retries. */
  readonly inFlightStatuses: readonly number[];
  /** The response field that marks a replayed answer, if the server sends one. A replayed failure is final. */
  readonly replayHeader?: string;
  /** A second field, constant over all attempts, that carries the time of the first one (OASIS Repeatable Requests). */
  readonly firstSentHeader?: string;
  /** Makes the key of an operation. Defaults to a random UUID. */
  readonly generate?: () => string;
  /**
   * Whether a key header that the caller sets permits a retry. In both cases it is sent unchanged, and is the only
   * key.
   *
   * @default 'permission'
   */
  readonly callerKeys?: 'permission' | 'ignore';
}

/** The key of one operation. */
export interface IdempotencyKey {
  readonly scheme: KeyScheme;
  /** The key as the caller knows it, not as it is written on the wire. */
  readonly value: string;
}

/** The options of a scheme. Only `header` is required. See {@link customKeyScheme} for the rest. */
export type KeySchemeOptions = Pick<KeyScheme, 'header'> & Partial<KeyScheme>;

/** Overrides of a preset. */
export type KeySchemeOverrides = Partial<KeyScheme>;

/** The conservative defaults of a scheme of which only the header is known. */
const KEY_SCHEME_DEFAULTS: Omit<KeyScheme, 'header'> = /* @__PURE__ */ Object.freeze({
  format: 'bare', // nearly every vendor takes the bare token
  methods: Object.freeze(['POST', 'PATCH']), // the other methods of RFC 9110 need no key
  maxLength: 255, // the limit most often published
  windowMs: 86_400_000, // one day, the window most often published
  inFlightStatuses: Object.freeze([]), // a 409 may as well say that the key was used up: only who knows waits
});

const REQUIRED: readonly (keyof KeyScheme)[] = [
  'header',
  'format',
  'methods',
  'maxLength',
  'windowMs',
  'inFlightStatuses',
];
const KNOWN = [...REQUIRED, 'pattern', 'replayHeader', 'firstSentHeader', 'generate', 'callerKeys'];

// What both a field value (RFC 9110 section 5.5) and a String (RFC 9651 section 3.3.3) hold without loss.
const PRINTABLE = /^[!-~]([ -~]*[!-~])?$/;

/**
 * Makes a scheme for a server of your own, or for a vendor without a preset.
 *
 * @param options - Only `header` is required. By default, POST and PATCH carry a bare key of at most 255 characters,
 *   the server remembers it for one day, and doesn't have a status for a first copy that is still in progress.
 * @throws {TypeError | RangeError} As {@link checkKeyScheme} does.
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.custom({ header: 'X-Request-Id', methods: ['POST'] }) });
 */
export function customKeyScheme(options: KeySchemeOptions): KeyScheme {
  const scheme: KeyScheme = { ...KEY_SCHEME_DEFAULTS, ...options };
  checkKeyScheme('keys', scheme);
  return Object.freeze({
    ...scheme,
    methods: Object.freeze([...scheme.methods]),
    inFlightStatuses: Object.freeze([...scheme.inFlightStatuses]),
  });
}

/**
 * Checks a scheme that may have been written by hand.
 *
 * @param name - The option that holds it, for the message.
 * @throws {TypeError | RangeError} For a member that is missing, unknown, or has a value that is not allowed.
 */
export function checkKeyScheme(name: string, scheme: KeyScheme): void {
  checkKnown(name, scheme, KNOWN);
  for (const member of REQUIRED) {
    if (scheme[member] === undefined) throw new TypeError(`${name}.${member} is missing`);
  }
  checkOwnHeader(`${name}.header`, scheme.header);
  checkToken(`${name}.replayHeader`, scheme.replayHeader);
  if (scheme.firstSentHeader !== undefined) {
    checkOwnHeader(`${name}.firstSentHeader`, scheme.firstSentHeader);
    if (scheme.firstSentHeader.toLowerCase() === scheme.header.toLowerCase())
      throw new RangeError(
        `${name}.firstSentHeader must not be ${describe(scheme.firstSentHeader)}, the header of the key`,
      );
  }
  checkOneOf(`${name}.format`, scheme.format, ['bare', 'string']);
  checkList(`${name}.methods`, scheme.methods, checkToken);
  checkNumber(`${name}.maxLength`, scheme.maxLength, { min: 1, max: Number.MAX_SAFE_INTEGER, integer: true });
  checkNumber(`${name}.windowMs`, scheme.windowMs, { min: 1, max: Infinity });
  checkList(`${name}.inFlightStatuses`, scheme.inFlightStatuses, (at, status) =>
    checkNumber(at, status, { min: 400, max: 599, integer: true }),
  );
  if (scheme.pattern !== undefined && !(scheme.pattern instanceof RegExp)) {
    throw new TypeError(`${name}.pattern must be a RegExp, not ${describe(scheme.pattern)}`);
  }
  checkType(`${name}.generate`, scheme.generate, 'function');
  checkOneOf(`${name}.callerKeys`, scheme.callerKeys, ['permission', 'ignore']);
}

/** Whether a key arrives at the server as it is, and the scheme's server takes it. */
export function isSendable(key: string, { maxLength, pattern }: KeyScheme): boolean {
  // `search` starts at 0 always; `test` of a global RegExp does not.
  return PRINTABLE.test(key) && key.length <= maxLength && (!pattern || key.search(pattern) >= 0);
}

/**
 * Checks a key before it is sent.
 *
 * @param name - Where it comes from, for the message.
 * @throws {TypeError} If it is not a string.
 * @throws {RangeError} If it is empty, too long, or has characters that the header field or the scheme forbids.
 */
export function checkKeyValue(name: string, key: string, scheme: KeyScheme): void {
  checkType(name, key, 'string');
  if (isSendable(key, scheme)) return;
  const { maxLength, pattern } = scheme;
  const also = pattern ? ` and match ${pattern}` : '';
  throw new RangeError(
    `${name} must have 1 to ${maxLength} printable ASCII characters, no space at either end${also}, not ${describe(key)}`,
  );
}
