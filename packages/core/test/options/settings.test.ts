import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { DEFAULTS, MAX_TIMER_MS } from '../../src/options/defaults.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { overrideSettings, resolveSettings } from '../../src/options/settings.ts';

test('the defaults', () => {
  expect(resolveSettings()).toMatchObject({
    maxAttempts: 3,
    attemptTimeoutMs: undefined,
    deadlineMs: undefined,
    maxPushbackMs: 60_000,
    retryWindowMs: 120_000,
    idempotencyKey: undefined,
    rules: [],
    refusedStatuses: [421, 425],
    bufferResponseBytes: 65_536,
    bufferRequestBytes: 0,
    onEvent: undefined,
  });
  const { backoff, budget } = resolveSettings();
  expect([backoff(1, 0.5, 0), backoff(2, 0.5, 0), backoff(99, 0.5, 0)]).toEqual([50, 100, 10_000]);
  expect(budget).toMatchObject({ countsEverySuccess: false });
});

test('every `@default` tag matches DEFAULTS', () => {
  const text = readFileSync(new URL('../../src/options/options.ts', import.meta.url), 'utf8');
  const tags = [...text.matchAll(/@default (\S+)[^/]*\*\/\s*readonly (\w+)\?/g)].map(([, value = '', name = '']) => [
    name,
    value.replaceAll('_', ''),
  ]);
  const said = Object.fromEntries(tags.filter(([name = '']) => name in DEFAULTS));

  expect(said).toEqual({
    maxAttempts: String(DEFAULTS.maxAttempts),
    maxPushbackMs: String(DEFAULTS.maxPushbackMs),
    retryWindowMs: String(DEFAULTS.retryWindowMs),
    originGate: `'${DEFAULTS.originGate}'`,
    outerRetries: `'${DEFAULTS.outerRetries}'`,
    innerRetries: `'${DEFAULTS.innerRetries}'`,
    showQuery: 'false',
    skipWaits: 'false',
    refusedStatuses: expect.stringContaining('[421'),
    bufferResponseBytes: String(DEFAULTS.bufferResponseBytes),
    bufferRequestBytes: String(DEFAULTS.bufferRequestBytes),
  });
  expect(text).toContain(`@default [${DEFAULTS.refusedStatuses.join(', ')}]`);
  expect(text).toContain('baseMs: 100, capMs: 20_000');
});

test('keeps the given settings and freezes them', () => {
  const refusedStatuses = [503];
  const settings = resolveSettings({ maxAttempts: 5, refusedStatuses, budget: 'none' });
  refusedStatuses.push(500);

  expect(settings).toMatchObject({ maxAttempts: 5, refusedStatuses: [503], budget: 'none' });
  expect(Object.isFrozen(settings)).toBe(true);
});

const NUMBERS: readonly (readonly [name: string, least: number, most: number, whole: boolean])[] = [
  ['maxAttempts', 1, 1000, true],
  ['attemptTimeoutMs', 1, MAX_TIMER_MS, false],
  ['deadlineMs', 1, MAX_TIMER_MS, false],
  ['maxPushbackMs', 0, MAX_TIMER_MS, false],
  ['retryWindowMs', 0, MAX_TIMER_MS, false],
  ['bufferResponseBytes', 0, Number.MAX_SAFE_INTEGER, true],
  ['bufferRequestBytes', 0, Number.MAX_SAFE_INTEGER, true],
];

describe.each(NUMBERS)('%s', (name, least, most, whole) => {
  test.each([least, most])('may be %d', (value) => {
    expect(resolveSettings({ [name]: value })).toMatchObject({ [name]: value });
  });

  test.each([least - 1, most + 2, -5, Number.NaN, Number.POSITIVE_INFINITY, ...(whole ? [1.5] : [])])(
    'may not be %d',
    (value) => {
      const message = `${name} must be a ${whole ? 'whole number' : 'number'} from ${least} to ${most}, not ${value}`;
      expect(() => resolveSettings({ [name]: value })).toThrow(new RangeError(message));
    },
  );

  test.each(['3', null, [3]])('is a number, and not %j', (value) => {
    expect(() => resolveSettings({ [name]: value })).toThrow(TypeError);
  });
});

const scheme = customKeyScheme({ header: 'Idempotency-Key' });
const custom = { countsEverySuccess: false, open: () => ({}) };

test.each<[string, object]>([
  ['options has no member "retries", only maxAttempts, ', { retries: 3 }],
  ['options has no member "maxAttempt"', { maxAttempt: 3 }],
  ['options must be a plain object, not 3', 3 as unknown as object],
  ['options must be a plain object, not null', null as unknown as object],
  ['backoff must be a function, not 100', { backoff: 100 }],
  ['onEvent must be a function, not an object', { onEvent: {} }],
  ['confirm must be a function, not true', { confirm: true }],
  ['originGate must be one of "retries", "all", "off", not true', { originGate: true }],
  ['originGate must be one of "retries", "all", "off", not "yes"', { originGate: 'yes' }],
  ['showQuery must be a boolean, not 1', { showQuery: 1 }],
  ['skipWaits must be a boolean, not "no"', { skipWaits: 'no' }],
  ['shouldRetry must be a function, not false', { shouldRetry: false }],
  ['backoff must be a function, not null', { backoff: null }],
  ['attemptHeader must be a header of your own, not "Host", which frames the message', { attemptHeader: 'Host' }],
  ['timeLeftHeader must be a header of your own, not "content-length"', { timeLeftHeader: 'content-length' }],
  ['idempotencyKey must be a plain object, not false', { idempotencyKey: false }],
  ['idempotencyKey must be a plain object, not ""', { idempotencyKey: '' }],
  ['idempotencyKey must be a plain object, not null', { idempotencyKey: null }],
  ['idempotencyKey must be a plain object, not a function', { idempotencyKey: customKeyScheme }],
  [
    'idempotencyKey.header must be a header of your own, not "Transfer-Encoding"',
    { idempotencyKey: { ...scheme, header: 'Transfer-Encoding' } },
  ],
  [
    'attemptHeader must not be "Idempotency-Key", the header that carries the idempotency key',
    { attemptHeader: 'idempotency-key', idempotencyKey: scheme },
  ],
  ['attemptHeader must be a token of RFC 9110, not "X Retry"', { attemptHeader: 'X Retry' }],
  ['attemptHeader must be a string, not true', { attemptHeader: true }],
  ['timeLeftHeader must be a token of RFC 9110, not ""', { timeLeftHeader: '' }],
  ['budget must be \'none\' or an object with an open() function, not "some"', { budget: 'some' }],
  ["budget must be 'none' or an object with an open() function, not null", { budget: null }],
  ["budget must be 'none' or an object with an open() function, not an object", { budget: {} }],
  ["budget must be 'none' or an object with an open() function, not an object", { budget: { ...custom, open: 3 } }],
  ['idempotencyKey must be a plain object, not "Idempotency-Key"', { idempotencyKey: 'Idempotency-Key' }],
  ['idempotencyKey.format is missing', { idempotencyKey: { header: 'Idempotency-Key' } }],
  ['rules must be an array, not an object', { rules: {} }],
  ['rules[0] must be a plain object, not "POST"', { rules: ['POST'] }],
  ['outerRetries must be one of "proved", "judge", "off", not "all"', { outerRetries: 'all' }],
  ['innerRetries must be one of "possible", "none", not "some"', { innerRetries: 'some' }],
  ['refusedStatuses must be an array, not 503', { refusedStatuses: 503 }],
  ['refusedStatuses[1] must be a whole number from 400 to 599, not 200', { refusedStatuses: [503, 200] }],
  ['refusedStatuses[0] must be a whole number from 400 to 599, not "503"', { refusedStatuses: ['503'] }],
])('%s', (message, options) => {
  expect(() => resolveSettings(options as RetryOptions)).toThrow(message);
});

test.each<{ readonly options: RetryOptions }>([
  { options: { budget: 'none' } },
  { options: { budget: custom as unknown as Exclude<RetryOptions['budget'], undefined> } },
  { options: { idempotencyKey: scheme } },
  { options: { refusedStatuses: [] } },
  { options: { originGate: 'all', attemptHeader: 'X-Retry-Attempt', timeLeftHeader: 'X-Time-Left-Ms' } },
  { options: { originGate: 'off', attemptHeader: 'X-Retry-Attempt', idempotencyKey: scheme } },
  { options: { outerRetries: 'proved', innerRetries: 'possible' } },
  { options: { outerRetries: 'judge', innerRetries: 'none' } },
  { options: { outerRetries: 'off' } },
])('$options is fine', ({ options }) => {
  expect(resolveSettings(options)).toMatchObject(options);
});

describe('what the caller says about one request', () => {
  const confirm = () => 'unknown' as const;
  const settings = resolveSettings({ maxAttempts: 4, deadlineMs: 1000 });

  test.each<[RequestRetryOptions, object]>([
    [{}, { maxAttempts: 4, deadlineMs: 1000 }],
    [{ maxAttempts: 1 }, { maxAttempts: 1, deadlineMs: 1000 }],
    [{ deadlineMs: 50 }, { maxAttempts: 4, deadlineMs: 50 }],
    [{ deadlineMs: undefined } as object, { deadlineMs: 1000 }],
    [{ attemptTimeoutMs: 70 }, { attemptTimeoutMs: 70 }],
    [{ confirm }, { confirm }],
    [{ idempotent: true, idempotencyKey: 'a' }, { maxAttempts: 4 }],
  ])('%j overrides the policy', (request, expected) => {
    expect(overrideSettings(settings, request)).toMatchObject(expected);
  });

  test('that says nothing costs nothing', () => {
    expect(overrideSettings(settings, { idempotent: true })).toBe(settings);
  });

  test.each<[object, string]>([
    [
      { attempts: 3 },
      'retry has no member "attempts", only idempotent, idempotencyKey, maxAttempts, attemptTimeoutMs, deadlineMs, maxPushbackMs, retryWindowMs, confirm, earlier',
    ],
    [{ maxAttempts: 0 }, 'maxAttempts must be a whole number from 1 to 1000, not 0'],
    [{ deadlineMs: -1 }, 'deadlineMs must be a number from 1 to'],
    [{ idempotent: 'yes' }, 'retry.idempotent must be a boolean, not "yes"'],
    [{ confirm: true }, 'retry.confirm must be a function, not true'],
    [{ idempotencyKey: 7 }, 'retry.idempotencyKey must be a string, not 7'],
    [{ idempotencyKey: null }, 'retry.idempotencyKey must be a string, not null'],
    [{ attemptTimeoutMs: 0 }, 'retry.attemptTimeoutMs must be a number from 1 to'],
    [{ earlier: 3 }, 'retry.earlier must be a plain object, not 3'],
    [{ earlier: { firstSentAt: 0 } }, 'retry.earlier.attempts must be a whole number from 0 to'],
    [{ earlier: { attempts: 1 } }, 'retry.earlier.firstSentAt must be a number from 0 to'],
    [{ earlier: { firstSentAt: new Date(0), attempts: 1 } }, 'retry.earlier.firstSentAt must be a number from 0 to'],
    [{ earlier: { firstSentAt: -1, attempts: 1 } }, 'retry.earlier.firstSentAt must be a number from 0 to'],
    [{ earlier: { firstSentAt: 0, attempts: 1.5 } }, 'retry.earlier.attempts must be a whole number from 0 to'],
    [{ earlier: { firstSentAt: 0, attempts: 1, key: 'k' } }, 'retry.earlier has no member "key"'],
  ])('%j is refused', (word, message) => {
    expect(() => overrideSettings(settings, word)).toThrow(message);
  });
});
