import { checkedRules, checkRule } from '../decision/rules.ts';
import { checkKeyScheme } from '../keys/scheme.ts';
import { exponentialBackoff } from '../pacing/backoff.ts';
import { tokenBucket } from '../pacing/token-bucket.ts';
import {
  checkKnown,
  checkList,
  checkMade,
  checkNumber,
  checkOneOf,
  checkOwnHeader,
  checkType,
  describe,
} from './check.ts';
import { DEFAULTS, MAX_TIMER_MS } from './defaults.ts';
import { checkHeaderNames } from './header-names.ts';
import type { RetryOptions } from './options.ts';
import type { RequestRetryOptions } from './request-options.ts';

type WithoutDefault =
  | 'attemptTimeoutMs'
  | 'deadlineMs'
  | 'gateChannel'
  | 'attemptHeader'
  | 'timeLeftHeader'
  | 'idempotencyKey'
  | 'shouldRetry'
  | 'confirm'
  | 'reauthorize'
  | 'onEvent';

/** Options with their defaults filled in and checked. */
export type Settings = Readonly<
  Required<Omit<RetryOptions, WithoutDefault>> & { [Name in WithoutDefault]: RetryOptions[Name] | undefined } & {
    /** The settings of a wrapped client inside, whose prohibitions stay in force. See `policyOver`. */
    inner?: Settings;
  }
>;

type Check<Value> = (name: string, value: Value) => void;

/** The check and the default of one option. */
interface Option<Value> {
  readonly check: Check<Value>;
  readonly default?: Value;
}

const number =
  (min: number, max: number, integer = false): Check<number> =>
  (name, value) =>
    checkNumber(name, value, { min, max, integer, required: true });
const made =
  (member: string, maker: string): Check<unknown> =>
  (name, value) =>
    checkMade(name, value, member, maker);
const isFunction: Check<unknown> = (name, value) => checkType(name, value, 'function');
const isBoolean: Check<unknown> = (name, value) => checkType(name, value, 'boolean');
const isString: Check<unknown> = (name, value) => checkType(name, value, 'string');
const attempts = /* @__PURE__ */ number(1, 1000, true);
const limit = /* @__PURE__ */ number(1, MAX_TIMER_MS);
const wait = /* @__PURE__ */ number(0, MAX_TIMER_MS);
const bytes = /* @__PURE__ */ number(0, Number.MAX_SAFE_INTEGER, true);
const errorStatus = /* @__PURE__ */ number(400, 599, true);

type OptionTable = { readonly [Name in keyof Required<RetryOptions>]: Option<NonNullable<RetryOptions[Name]>> };

/**
 * Every option once, with its check and its default. The type does not compile when one is missing. A function, so that
 * a bundle which only decides can drop it.
 */
const optionTable = (): OptionTable => ({
  maxAttempts: { check: attempts, default: DEFAULTS.maxAttempts },
  backoff: { check: isFunction, default: /* @__PURE__ */ exponentialBackoff() },
  attemptTimeoutMs: { check: limit },
  deadlineMs: { check: limit },
  maxPushbackMs: { check: wait, default: DEFAULTS.maxPushbackMs },
  retryWindowMs: { check: wait, default: DEFAULTS.retryWindowMs },
  budget: { check: checkBudget, default: /* @__PURE__ */ tokenBucket() },
  originGate: {
    check: (name, value) => checkOneOf(name, value, ['retries', 'all', 'off']),
    default: DEFAULTS.originGate,
  },
  gateChannel: {
    check(name, channel) {
      if (typeof channel?.publish !== 'function' || typeof channel.subscribe !== 'function')
        throw new TypeError(`${name} must have the functions publish and subscribe, not ${describe(channel)}`);
    },
  },
  attemptHeader: { check: checkOwnHeader },
  timeLeftHeader: { check: checkOwnHeader },
  idempotencyKey: { check: checkKeyScheme },
  rules: { check: (name, value) => checkList(name, value, checkRule), default: Object.freeze([]) },
  protocols: {
    check: (name, value) =>
      checkList(name, value, made('openReader', 'protocol({ name, read }), or by a function such as graphql()')),
    default: Object.freeze([]),
  },
  reauthorize: { check: made('openCredentials', 'reauthorize({ credential, refresh })') },
  refusedStatuses: {
    check: (name, value) => checkList(name, value, errorStatus),
    default: DEFAULTS.refusedStatuses,
  },
  bufferResponseBytes: { check: bytes, default: DEFAULTS.bufferResponseBytes },
  bufferRequestBytes: { check: bytes, default: DEFAULTS.bufferRequestBytes },
  shouldRetry: { check: isFunction },
  outerRetries: {
    check: (name, value) => checkOneOf(name, value, ['proved', 'judge', 'off']),
    default: DEFAULTS.outerRetries,
  },
  innerRetries: {
    check: (name, value) => checkOneOf(name, value, ['possible', 'none']),
    default: DEFAULTS.innerRetries,
  },
  showQuery: { check: isBoolean, default: DEFAULTS.showQuery },
  skipWaits: { check: isBoolean, default: DEFAULTS.skipWaits },
  confirm: { check: isFunction },
  onEvent: { check: isFunction },
});

/** The options of one request, with their checks. */
const REQUEST_OPTIONS: {
  readonly [Name in keyof Required<RequestRetryOptions>]: Check<NonNullable<RequestRetryOptions[Name]>>;
} = {
  idempotent: isBoolean,
  idempotencyKey: isString,
  maxAttempts: attempts,
  attemptTimeoutMs: limit,
  deadlineMs: limit,
  maxPushbackMs: wait,
  retryWindowMs: wait,
  confirm: isFunction,
  earlier(name, earlier) {
    checkKnown(name, earlier, ['firstSentAt', 'attempts']);
    checkNumber(`${name}.firstSentAt`, earlier.firstSentAt, { min: 0, max: Number.MAX_SAFE_INTEGER, required: true });
    checkNumber(`${name}.attempts`, earlier.attempts, { min: 0, max: 1e9, integer: true, required: true });
  },
};

/** The names of {@link RequestRetryOptions}. */
export const REQUEST_OPTION_NAMES: readonly string[] = /* @__PURE__ */ Object.keys(REQUEST_OPTIONS);

/**
 * Options with their defaults filled in.
 *
 * @throws {TypeError | RangeError} For an unknown option or a value that is not allowed. The message names the option,
 *   the value and what is allowed.
 */
export function resolveSettings(options: RetryOptions = {}): Settings {
  const table = optionTable();
  checkKnown('options', options, Object.keys(table));
  const settings: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table as unknown as Readonly<Record<string, Option<never>>>)) {
    const value = options[name as keyof RetryOptions];
    if (value !== undefined) option.check(name, value as never);
    settings[name] = value ?? option.default;
  }
  checkHeaderNames(options);
  const { rules, protocols, refusedStatuses } = settings as Settings;
  return Object.freeze({
    ...(settings as Settings),
    rules: checkedRules(rules),
    protocols: Object.freeze([...protocols]),
    refusedStatuses: Object.freeze([...refusedStatuses]),
  });
}

/**
 * Returns the settings of one operation. Its own options override the policy.
 *
 * @throws {TypeError | RangeError} As {@link resolveSettings} does.
 * @example
 * const settings = overrideSettings(policy.settings, { maxAttempts: 1 });
 */
export function overrideSettings(settings: Settings, request: RequestRetryOptions): Settings {
  checkKnown('retry', request, REQUEST_OPTION_NAMES);
  let changes: Record<string, unknown> | undefined;
  for (const name of Object.keys(request) as (keyof RequestRetryOptions)[]) {
    const value = request[name];
    if (value === undefined) continue;
    REQUEST_OPTIONS[name](`retry.${name}`, value as never);
    // The key of one request is not the scheme of the policy.
    if (name === 'idempotencyKey' || !(name in settings)) continue;
    changes ??= {};
    changes[name] = value;
  }
  return changes ? { ...settings, ...changes } : settings;
}

function checkBudget(name: string, budget: unknown): void {
  if (budget === 'none') return;
  if (typeof (budget as { open?: unknown } | null)?.open !== 'function') {
    throw new TypeError(`${name} must be 'none' or an object with an open() function, not ${describe(budget)}`);
  }
}
