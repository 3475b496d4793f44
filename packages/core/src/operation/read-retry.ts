import { describe } from '../options/check.ts';
import type { RequestRetryOptions } from '../options/options.ts';
import { REQUEST_OPTION_NAMES } from '../options/settings.ts';

const ONCE: RequestRetryOptions = /* @__PURE__ */ Object.freeze({ maxAttempts: 1 });

/**
 * Reads what the caller says about retries of one request: an object with our members, or `false` for none. Other libraries put
 * a `retry` member of their own into the same place (ofetch a number, gaxios a boolean). Whatever is not ours is passed over.
 *
 * @param retry - The member as the caller gave it.
 * @param also - Members that this client knows besides {@link RequestRetryOptions}.
 * @returns undefined if there is nothing for us.
 * @throws {TypeError} For an object with a member of ours, or one that is spelled much like it, and an unknown one: a misspelled
 *   option must not be ignored.
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
  // better-fetch and up-fetch give `attempts` with other members; alone it is one of ours, misspelled.
  const foreign = names.length > 1 ? 'attempts' : undefined;
  const unknown = names.find(
    (name) => !known.includes(name) && (known.length > 0 || (name !== foreign && looksLikeOurs(name))),
  );
  if (unknown === undefined) return undefined;
  throw new TypeError(
    `retry has no member ${describe(unknown)}; it knows ${[...REQUEST_OPTION_NAMES, ...also].join(', ')}`,
  );
}

/** Whether a name begins like one of ours: `idempotant`, `deadline`, `attempts`. */
function looksLikeOurs(name: string): boolean {
  const start = name.slice(0, 5).toLowerCase();
  return REQUEST_OPTION_NAMES.some((known) => known.toLowerCase().startsWith(start));
}
