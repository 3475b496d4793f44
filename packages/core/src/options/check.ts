// RFC 9110 section 5.6.2.
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  readonly required?: boolean;
}

/**
 * Checks an option that is a number. Here and below, undefined is allowed unless the option is required.
 *
 * @throws {TypeError} If it isn't a number.
 * @throws {RangeError} If it is NaN, out of bounds, or not whole where it must be.
 */
export function checkNumber(name: string, value: unknown, bounds: Bounds): void {
  const { min, max, integer = false, required = false } = bounds;
  if (value === undefined && !required) return;
  const allowed = `${name} must be a ${integer ? 'whole number' : 'number'} from ${min} to ${max}, not ${describe(value)}`;
  if (typeof value !== 'number') throw new TypeError(allowed);
  if (!(value >= min && value <= max) || (integer && !Number.isInteger(value))) throw new RangeError(allowed);
}

/** @throws {TypeError} If the option has another type. */
export function checkType(name: string, value: unknown, type: 'function' | 'string' | 'boolean' | 'object'): void {
  if (value !== undefined && (typeof value !== type || value === null)) {
    throw new TypeError(`${name} must be ${type === 'object' ? 'an' : 'a'} ${type}, not ${describe(value)}`);
  }
}

/**
 * @throws {TypeError} If an option was not made by the function of ours that makes it, such as when it has that
 *   function's options.
 */
export function checkMade(name: string, value: unknown, member: string, maker: string): void {
  if (typeof (value as Record<string, unknown> | null | undefined)?.[member] !== 'function')
    throw new TypeError(`${name} must be made by ${maker}, not ${describe(value)}`);
}

/** @throws {RangeError} If the value isn't allowed. */
export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (value !== undefined && !(allowed as readonly unknown[]).includes(value)) {
    throw new RangeError(`${name} must be one of ${allowed.map(describe).join(', ')}, not ${describe(value)}`);
  }
}

/**
 * @throws {TypeError} If it isn't a string.
 * @throws {RangeError} If it cannot be the name of a method or of a header field.
 */
export function checkToken(name: string, value: string | undefined): void {
  checkType(name, value, 'string');
  if (value !== undefined && !TOKEN.test(value))
    throw new RangeError(`${name} must be a token of RFC 9110, not ${describe(value)}`);
}

/**
 * Headers that frame the message or belong to the connection. With them, a client would send a broken request or throw.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** @throws {RangeError} If twicesafe can't set a header with this name. */
export function checkOwnHeader(name: string, header: string): void {
  checkToken(name, header);
  if (RESERVED.has(header.toLowerCase()))
    throw new RangeError(`${name} must be a header of your own, not ${describe(header)}, which frames the message`);
}

/** @throws {TypeError} If the option isn't an array. Also throws the errors of `checkEach`. */
export function checkList<Member>(
  name: string,
  list: readonly Member[] | undefined,
  checkEach: (name: string, member: Member) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw new TypeError(`${name} must be an array, not ${describe(list)}`);
  for (const [index, member] of list.entries()) checkEach(`${name}[${index}]`, member);
}

/**
 * @throws {TypeError} If it isn't a plain object, or has an unknown member, because a misspelled option must not be
 *   ignored.
 */
export function checkKnown(name: string, options: unknown, known: readonly string[]): void {
  if (!isPlain(options)) throw new TypeError(`${name} must be a plain object, not ${describe(options)}`);
  const unknown = Object.keys(options).find((member) => !known.includes(member));
  if (unknown !== undefined) {
    throw new TypeError(`${name} has no member ${describe(unknown)}, only ${known.join(', ')}`);
  }
}

/**
 * Options that are all numbers, each as it is given, else as it is by default.
 *
 * @throws {TypeError | RangeError} As {@link checkKnown} and {@link checkNumber} do.
 */
export function numbersOf<Name extends string>(
  name: string,
  options: { readonly [Member in Name]?: number },
  defaults: Readonly<Record<Name, number>>,
  bounds: Readonly<Record<Name, Bounds>>,
): Record<Name, number> {
  const numbers: Record<Name, number> = { ...defaults };
  const names = Object.keys(defaults) as Name[];
  checkKnown(name, options, names);
  for (const member of names) {
    const value: number | undefined = options[member];
    checkNumber(member, value, bounds[member]);
    if (value !== undefined) numbers[member] = value;
  }
  return numbers;
}

/** Rejects class instances, whose accessors `Object.keys` doesn't list. Accepts plain objects from other realms. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value, briefly, for a message. Never throws, whatever it is given. */
export function describe(value: unknown): string {
  try {
    if (typeof value === 'string') return briefly(value, JSON.stringify);
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
    if (typeof value === 'function') return 'a function';
    return briefly(typeof value === 'bigint' ? `${value}n` : String(value), String);
  } catch {
    // A revoked Proxy throws even when asked whether it is an array.
    return typeof value;
  }
}

function briefly(text: string, write: (text: string) => string): string {
  return text.length > 60 ? `${write(text.slice(0, 60))}...` : write(text);
}
