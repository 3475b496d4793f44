import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import { resolveSettings } from '../../src/options/settings.ts';

const scheme = customKeyScheme({ header: 'Idempotency-Key', firstSentHeader: 'First-Sent' });

describe('no two options name the same header', () => {
  test.each<[RetryOptions, string]>([
    [
      { attemptHeader: 'X-Attempt', timeLeftHeader: 'x-attempt' },
      'timeLeftHeader must not be "x-attempt", the header that attemptHeader names',
    ],
    [
      { attemptHeader: 'idempotency-key', idempotencyKey: scheme },
      'attemptHeader must not be "Idempotency-Key", the header that carries the idempotency key',
    ],
    [
      { timeLeftHeader: 'IDEMPOTENCY-KEY', idempotencyKey: scheme },
      'timeLeftHeader must not be "Idempotency-Key", the header that carries the idempotency key',
    ],
    [{ attemptHeader: 'first-sent', idempotencyKey: scheme }, 'attemptHeader must not be "First-Sent"'],
    [{ attemptHeader: 'Idempotency-Key', rules: [{}, { idempotencyKey: scheme }] }, 'attemptHeader must not be'],
    [{ timeLeftHeader: 'First-Sent', rules: [{ idempotencyKey: scheme }] }, 'timeLeftHeader must not be "First-Sent"'],
  ])('%j is refused', (options, message) => {
    expect(() => resolveSettings(options)).toThrow(RangeError);
    expect(() => resolveSettings(options)).toThrow(message);
  });

  test.each<{ readonly options: RetryOptions }>([
    { options: { attemptHeader: 'X-Attempt', timeLeftHeader: 'X-Time-Left', idempotencyKey: scheme } },
    { options: { idempotencyKey: scheme, rules: [{ idempotencyKey: scheme }, {}] } },
    { options: { attemptHeader: 'Idempotency-Key' } },
  ])('$options is fine', ({ options }) => {
    expect(() => resolveSettings(options)).not.toThrow();
  });
});

test.each([
  'Connection',
  'content-length',
  'Expect',
  'HOST',
  'Keep-Alive',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
])('%s frames the message and cannot be a header of our own', (header) => {
  expect(() => resolveSettings({ attemptHeader: header })).toThrow(RangeError);
  expect(() => customKeyScheme({ header })).toThrow(/^keys\.header must be a header of your own, not/);
  expect(() => customKeyScheme({ header: 'K', firstSentHeader: header })).toThrow(
    /^keys\.firstSentHeader must be a header of your own, not/,
  );
});
