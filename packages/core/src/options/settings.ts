import type { Rule } from '../decision/rules.ts';
import { checkedRules } from '../decision/rules.ts';
import { checkKeyScheme } from '../keys/scheme.ts';
import type { Backoff } from '../pacing/backoff.ts';
import { exponentialBackoff } from '../pacing/backoff.ts';
import { tokenBucket } from '../pacing/token-bucket.ts';
import { checkKnown, checkList, checkNumber, checkToken, checkType } from './check.ts';
import { DEFAULTS, MAX_TIMER_MS } from './defaults.ts';
import type { RequestRetryOptions, RetryOptions } from './options.ts';

type Optional =
  | 'attemptTimeoutMs'
  | 'deadlineMs'
  | 'attemptHeader'
  | 'timeLeftHeader'
  | 'idempotencyKey'
  | 'confirm'
  | 'onEvent';

/** Options with their defaults filled in and checked. */
export type Settings = Readonly<
  Required<Omit<RetryOptions, Optional>> & { [Name in Optional]: RetryOptions[Name] | undefined }
> & { readonly backoff: Backoff; readonly rules: readonly Rule[] };

const ATTEMPTS = { min: 1, max: 1000, integer: true };
const LIMIT = { min: 1, max: MAX_TIMER_MS };
const WAIT = { min: 0, max: MAX_TIMER_MS };
const BYTES = { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true };
const ERROR_STATUS = { min: 400, max: 599, integer: true };

const NUMBERS = {
  maxAttempts: ATTEMPTS,
  attemptTimeoutMs: LIMIT,
  deadlineMs: LIMIT,
  maxPushbackMs: WAIT,
  retryWindowMs: WAIT,
  bufferResponseBytes: BYTES,
  bufferRequestBytes: BYTES,
};
const OTHERS = [
  'backoff',
  'budget',
  'originGate',
  'attemptHeader',
  'timeLeftHeader',
  'idempotencyKey',
  'rules',
  'refusedStatuses',
  'confirm',
  'onEvent',
];

/**
 * Options with their defaults filled in.
 *
 * @throws {TypeError | RangeError} For an unknown option or a value that is not allowed; names both, and what is allowed.
 */
export function resolveSettings(options: RetryOptions = {}): Settings {
  checkKnown('options', options, [...Object.keys(NUMBERS), ...OTHERS]);
  checkNumbers(options);
  checkType('backoff', options.backoff, 'function');
  checkType('onEvent', options.onEvent, 'function');
  checkType('confirm', options.confirm, 'function');
  checkBudget(options.budget);
  checkType('originGate', options.originGate, 'boolean');
  checkToken('attemptHeader', options.attemptHeader);
  checkToken('timeLeftHeader', options.timeLeftHeader);
  if (options.idempotencyKey) checkKeyScheme('idempotencyKey', options.idempotencyKey);
  checkList('refusedStatuses', options.refusedStatuses, (name, status) => checkNumber(name, status, ERROR_STATUS));

  return Object.freeze({
    maxAttempts: options.maxAttempts ?? DEFAULTS.maxAttempts,
    backoff: options.backoff ?? exponentialBackoff(),
    attemptTimeoutMs: options.attemptTimeoutMs,
    deadlineMs: options.deadlineMs,
    maxPushbackMs: options.maxPushbackMs ?? DEFAULTS.maxPushbackMs,
    retryWindowMs: options.retryWindowMs ?? DEFAULTS.retryWindowMs,
    budget: options.budget ?? tokenBucket(),
    originGate: options.originGate ?? DEFAULTS.originGate,
    attemptHeader: options.attemptHeader,
    timeLeftHeader: options.timeLeftHeader,
    idempotencyKey: options.idempotencyKey,
    rules: checkedRules(options.rules),
    refusedStatuses: [...(options.refusedStatuses ?? DEFAULTS.refusedStatuses)],
    bufferResponseBytes: options.bufferResponseBytes ?? DEFAULTS.bufferResponseBytes,
    bufferRequestBytes: options.bufferRequestBytes ?? DEFAULTS.bufferRequestBytes,
    confirm: options.confirm,
    onEvent: options.onEvent,
  });
}

/**
 * The settings of one operation: what the caller says of it beats the policy.
 *
 * @throws {TypeError | RangeError} As {@link resolveSettings} does.
 */
export function overrideSettings(settings: Settings, request: RequestRetryOptions): Settings {
  checkKnown('retry', request, ['idempotent', 'idempotencyKey', 'maxAttempts', 'deadlineMs', 'confirm']);
  checkNumbers(request);
  checkType('retry.idempotent', request.idempotent, 'boolean');
  checkType('retry.idempotencyKey', request.idempotencyKey, 'string');
  checkType('retry.confirm', request.confirm, 'function');
  const { maxAttempts = settings.maxAttempts, deadlineMs = settings.deadlineMs, confirm = settings.confirm } = request;
  const same =
    maxAttempts === settings.maxAttempts && deadlineMs === settings.deadlineMs && confirm === settings.confirm;
  return same ? settings : { ...settings, maxAttempts, deadlineMs, confirm };
}

function checkBudget(budget: RetryOptions['budget']): void {
  if (budget === undefined || budget === 'none') return;
  checkType('budget', budget, 'object');
  // Null is no function, and undefined would pass.
  checkType('budget.open', budget.open ?? null, 'function');
}

function checkNumbers(options: RetryOptions | RequestRetryOptions): void {
  for (const [name, bounds] of Object.entries(NUMBERS))
    checkNumber(name, options[name as keyof typeof options], bounds);
}
