/** What a number must be. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

/**
 * Checks an option that is a number. Undefined passes, here and below: an option may be left out.
 *
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it is NaN, out of bounds, or not whole where it must be.
 */
export function checkNumber(name: string, value: unknown, { min, max, integer = false }: Bounds): void {
  if (value === undefined) return;
  const allowed = `${name} must be a ${integer ? 'whole number' : 'number'} from ${min} to ${max}, not ${describe(value)}`;
  if (typeof value !== 'number') throw new TypeError(allowed);
  if (!(value >= min && value <= max) || (integer && !Number.isInteger(value))) throw new RangeError(allowed);
}

/** @throws {TypeError} If the option has another type. */
export function checkType(name: string, value: unknown, type: 'function' | 'string' | 'boolean' | 'object'): void {
  // biome-ignore lint/suspicious/useValidTypeof: the type is one of four, as its own type says
  if (value !== undefined && (typeof value !== type || value === null)) {
    throw new TypeError(`${name} must be ${type === 'object' ? 'an' : 'a'} ${type}, not ${describe(value)}`);
  }
}

/** @throws {RangeError} If the option is none of the allowed values. */
export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (value !== undefined && !(allowed as readonly unknown[]).includes(value)) {
    throw new RangeError(`${name} must be one of ${allowed.map(describe).join(', ')}, not ${describe(value)}`);
  }
}

/** @throws {TypeError} If the option is no array; whatever `checkEach` throws for a member. */
export function checkList<Member>(name: string, list: readonly Member[] | undefined, checkEach: (name: string, member: Member) => void): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw new TypeError(`${name} must be an array, not ${describe(list)}`);
  list.forEach((member, index) => checkEach(`${name}[${index}]`, member));
}

/** @throws {TypeError} If it is no plain object, or has a member that nobody knows: a misspelt option must not be ignored. */
export function checkKnown(name: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${name} must be an object, not ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((member) => !known.includes(member));
  if (unknown !== undefined) throw new TypeError(`${name} has no member ${describe(unknown)}; it knows ${known.join(', ')}`);
}

/** A value, briefly, for a message. Never throws, whatever it is given. */
export function describe(value: unknown): string {
  try {
    if (typeof value === 'string') return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}...` : JSON.stringify(value);
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
    return typeof value === 'function' ? 'a function' : String(value);
  } catch {
    return typeof value;
  }
}
