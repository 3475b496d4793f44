import type { IdempotencyStore } from '../stores/store.ts';
import { emitter, type IdempotencyEvent } from './event.ts';
import { requestFingerprint } from './fingerprint.ts';
import type { IdempotentOptions } from './options.ts';
import { DOCS } from './problem.ts';

/** The options with their defaults. */
export interface Settings extends Required<Omit<IdempotentOptions, 'summarize' | 'waitUntil' | 'onEvent'>> {
  readonly summarize: ((response: Response) => Response | undefined) | undefined;
  readonly waitUntil: ((work: Promise<unknown>) => void) | undefined;
  readonly emit: (event: IdempotencyEvent) => void;
}

/** Statuses by which a handler, or what stands before it, says that it did nothing. */
const NOTHING_DONE: ReadonlySet<number> = new Set([
  401, // RFC 9110 section 15.5.2: not applied for lack of valid credentials
  407, // RFC 9110 section 15.5.8: the same, to a proxy
  408, // RFC 9110 section 15.5.9: the request did not arrive in full
  421, // RFC 9110 section 15.5.20: not for this server
  425, // RFC 8470 section 5.2: not processed for fear of a replay
  429, // RFC 6585 section 4: too many requests, by convention before any work
  503, // RFC 9110 section 15.6.4: overloaded, by convention before any work
]);

const DEFAULTS = Object.freeze({
  required: false,
  methods: Object.freeze(['POST', 'PATCH']),
  leaseMs: 30_000,
  keepMs: 86_400_000,
  waitMs: 2_000,
  maxRequestBytes: 1_048_576,
  maxResponseBytes: 1_048_576,
  interrupted: 'refuse',
  record: (response: Response): boolean => !NOTHING_DONE.has(response.status),
  fingerprint: requestFingerprint,
  docs: DOCS,
} as const);

const KNOWN: ReadonlySet<string> = new Set([
  'scope',
  'store',
  'summarize',
  'waitUntil',
  'onEvent',
  ...Object.keys(DEFAULTS),
]);
const STORE_METHODS = ['acquire', 'extend', 'complete', 'release'] as const;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/; // RFC 9110 section 5.6.2
const MAX_TIMER_MS = 2 ** 31 - 1;
const CENTURY_MS = 3_155_760_000_000; // Postgres and Redis reject dates in the far future

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError} For an option that is missing, unknown, or has a value that is not allowed.
 */
export function settingsOf(options: IdempotentOptions): Settings {
  if (typeof options !== 'object' || options === null) throw new TypeError('idempotent needs options: scope and store');
  const { onEvent, ...given } = options;
  const { summarize, waitUntil } = options;
  const emit = emitter(onEvent);
  const settings = { ...DEFAULTS, ...withoutUndefined(given), summarize, waitUntil, emit };

  check('scope', options.scope, isFunction, 'a function that names the tenant of a request');
  check('store', options.store, isStore, `a store, with the methods ${STORE_METHODS.join(', ')}`);
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) throw new TypeError(`${name} is not an option: it must be one of ${[...KNOWN].join(', ')}`);
  }
  check('required', settings.required, (value) => typeof value === 'boolean', 'true or false');
  check('methods', settings.methods, isMethods, 'an array of at least one method');
  check('leaseMs', settings.leaseMs, (value) => isNumber(value, 1, MAX_TIMER_MS), `from 1 to ${MAX_TIMER_MS}`);
  check('keepMs', settings.keepMs, (value) => isNumber(value, 1, CENTURY_MS), `from 1 to ${CENTURY_MS} (a century)`);
  check('waitMs', settings.waitMs, (value) => isNumber(value, 0, MAX_TIMER_MS), `from 0 to ${MAX_TIMER_MS}`);
  for (const name of ['maxRequestBytes', 'maxResponseBytes'] as const) {
    check(name, settings[name], (value) => isNumber(value, 0, Infinity), 'a number from 0 to Infinity');
  }
  check('interrupted', settings.interrupted, isInterrupted, "'refuse' or 'run-again'");
  check('docs', settings.docs, (value) => typeof value === 'string', 'a string');
  for (const name of ['record', 'fingerprint'] as const) check(name, settings[name], isFunction, 'a function');
  for (const name of ['summarize', 'waitUntil', 'onEvent'] as const) {
    check(name, options[name], (value) => value === undefined || isFunction(value), 'a function');
  }
  return { ...settings, ...harmless(settings) };
}

/**
 * The options that are called after the handler ran, such that an error of theirs costs nobody the response: it is stored if
 * `record` fails, and without its body if `summarize` fails.
 */
function harmless({ record, summarize, emit }: Settings): Pick<Settings, 'record' | 'summarize'> {
  const attempt = <Value>(option: 'record' | 'summarize', call: () => Value, otherwise: Value): Value => {
    try {
      return call();
    } catch (error) {
      emit({ type: 'option-failed', option, error });
      return otherwise;
    }
  };
  return {
    record: (response) => attempt('record', () => record(response), true),
    summarize: summarize && ((response) => attempt('summarize', () => checkedSummary(summarize(response)), undefined)),
  };
}

function checkedSummary(summary: Response | undefined): Response {
  if (summary instanceof Response) return summary;
  throw new TypeError(`summarize must return a Response, not ${String(summary)}`);
}

function check(name: string, value: unknown, isAllowed: (value: unknown) => boolean, allowed: string): void {
  if (!isAllowed(value)) throw new TypeError(`${name} must be ${allowed}, not ${describe(value)}`);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** An option that is set to undefined is left out. */
function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isStore(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    STORE_METHODS.every((name) => isFunction((value as IdempotencyStore)[name]))
  );
}

function isMethods(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((method) => typeof method === 'string' && TOKEN.test(method))
  );
}

function isInterrupted(value: unknown): boolean {
  return value === 'refuse' || value === 'run-again';
}

function isNumber(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max;
}
