import type { IdempotencyStore } from '../stores/store.ts';
import type { IdempotentOptions } from './options.ts';

type Check = readonly [isAllowed: (value: unknown) => boolean, allowed: string];

const STORE_METHODS = ['acquire', 'extend', 'complete', 'release'] as const;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/; // RFC 9110 section 5.6.2
const MAX_TIMER_MS = 2 ** 31 - 1;
const CENTURY_MS = 3_155_760_000_000; // Postgres and Redis reject dates in the far future

const isFunction: Check = [(value) => typeof value === 'function', 'a function'];

/** What each option must be. The tenant comes first: forgetting it is the mistake that costs most. */
const CHECKS: Readonly<Record<keyof IdempotentOptions, Check>> = {
  scope: [isFunction[0], 'a function that names the tenant of a request'],
  store: [isStore, `a store with the methods ${STORE_METHODS.join(', ')}`],
  required: [(value) => typeof value === 'boolean', 'true or false'],
  methods: [isMethods, 'an array of at least one method'],
  leaseMs: numberFrom(1, MAX_TIMER_MS),
  keepMs: numberFrom(1, CENTURY_MS),
  waitMs: numberFrom(0, MAX_TIMER_MS),
  maxRequestBytes: numberFrom(0, Infinity),
  maxResponseBytes: numberFrom(0, Infinity),
  interrupted: [(value) => value === 'refuse' || value === 'run-again', "'refuse' or 'run-again'"],
  record: isFunction,
  fingerprint: isFunction,
  summarize: isFunction,
  docs: [(value) => typeof value === 'string', 'a string'],
  waitUntil: isFunction,
  onEvent: isFunction,
};
const REQUIRED: ReadonlySet<string> = new Set(['scope', 'store']);

/**
 * Checks the options of `idempotent`. An option that is undefined counts as left out.
 *
 * @throws {TypeError} For an option that is missing, unknown, or has a value that is not allowed.
 */
export function checkOptions(options: IdempotentOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('idempotent needs options: scope and store');
  for (const [name, [isAllowed, allowed]] of Object.entries(CHECKS)) {
    const value: unknown = options[name as keyof IdempotentOptions];
    if (value === undefined && !REQUIRED.has(name)) continue;
    if (!isAllowed(value)) throw new TypeError(`${name} must be ${allowed}, not ${describe(value)}`);
  }
  for (const name of Object.keys(options)) {
    if (!(name in CHECKS))
      throw new TypeError(`idempotent has no option ${name}, only ${Object.keys(CHECKS).join(', ')}`);
  }
}

function numberFrom(min: number, max: number): Check {
  return [(value) => typeof value === 'number' && value >= min && value <= max, `a number from ${min} to ${max}`];
}

function isStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return STORE_METHODS.every((name) => typeof (value as IdempotencyStore)[name] === 'function');
}

function isMethods(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((method) => typeof method === 'string' && TOKEN.test(method));
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
