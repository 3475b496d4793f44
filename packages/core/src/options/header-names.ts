import { describe } from './check.ts';
import type { RetryOptions } from './options.ts';

type HeaderNames = {
  readonly [Name in 'attemptHeader' | 'timeLeftHeader' | 'idempotencyKey' | 'rules']?: RetryOptions[Name] | undefined;
};

/**
 * Checks that all options name different headers. Otherwise, a counter could overwrite the key.
 *
 * @throws {RangeError} If two of them do.
 */
export function checkHeaderNames({ attemptHeader, timeLeftHeader, idempotencyKey, rules = [] }: HeaderNames): void {
  const own = new Map<string, string>();
  claim('attemptHeader', attemptHeader);
  claim('timeLeftHeader', timeLeftHeader);
  const schemes = [idempotencyKey, ...rules.map((rule) => rule.idempotencyKey)];
  for (const scheme of schemes) {
    for (const header of [scheme?.header, scheme?.firstSentHeader]) {
      const owner = header === undefined ? undefined : own.get(header.toLowerCase());
      if (owner)
        throw new RangeError(`${owner} must not be ${describe(header)}, the header that carries the idempotency key`);
    }
  }

  function claim(option: string, header: string | undefined): void {
    if (header === undefined) return;
    const owner = own.get(header.toLowerCase());
    if (owner) throw new RangeError(`${option} must not be ${describe(header)}, the header that ${owner} names`);
    own.set(header.toLowerCase(), option);
  }
}
