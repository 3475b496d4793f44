import { describe } from '../options/check.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import { REQUEST_OPTION_NAMES } from '../options/settings.ts';

const ONCE: RequestRetryOptions = /* @__PURE__ */ Object.freeze({ maxAttempts: 1 });

/**
 * Reads the caller's retry options of one request. They are an object with our members, or `false` for a single
 * attempt. Other libraries use the same member for their own options (ofetch a number, gaxios a boolean). These are
 * ignored.
 *
 * @param retry - The member as the caller gave it.
 * @param also - Members that this client knows besides {@link RequestRetryOptions}.
 * @returns undefined without options for twicesafe.
 * @throws {TypeError} If an object has one of our members, or a similar name, and also an unknown one, because a
 *   misspelled option must not be ignored.
 * @example
 * const own = readRetry(init.retry); // { idempotencyKey: 'order-7' }, or undefined for ofetch's `retry: 2`
 */
export function readRetry<Options extends RequestRetryOptions = RequestRetryOptions>(
  retry: unknown,
  also: readonly string[] = [],
): Options | undefined {
  if (retry === false) return ONCE as Options;
  if (typeof retry !== 'object' || retry === null || Array.isArray(retry)) return undefined;
  const names = Object.keys(retry);
  const known = names.filter((name) => REQUEST_OPTION_NAMES.includes(name) || also.includes(name));
  if (known.length === names.length) return retry as Options;
  // better-fetch and up-fetch give `attempts` with other members. Alone, it is a misspelled option of twicesafe.
  const foreign = names.length > 1 ? 'attempts' : undefined;
  const unknown = names.find(
    (name) => !known.includes(name) && (known.length > 0 || (name !== foreign && looksLikeOurs(name))),
  );
  if (unknown === undefined) return undefined;
  throw new TypeError(
    `retry has no member ${describe(unknown)}, only ${[...REQUEST_OPTION_NAMES, ...also].join(', ')}`,
  );
}

/** Whether a name begins like one of twicesafe's options, as `idempotant`, `deadline` and `attempts` do. */
function looksLikeOurs(name: string): boolean {
  const start = name.slice(0, 5).toLowerCase();
  return REQUEST_OPTION_NAMES.some((known) => known.toLowerCase().startsWith(start));
}
