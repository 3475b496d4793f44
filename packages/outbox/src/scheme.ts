import type { keys } from '@twicesafe/fetch';

/**
 * How a server accepts idempotency keys. Use a preset such as `keys.stripe()`, or make your own with `keys.custom()`.
 */
export type KeyScheme = ReturnType<typeof keys.ietf>;

/** A key scheme, or `'none'` if the server takes no keys. */
export type Scheme = KeyScheme | 'none';

/**
 * Checks a scheme.
 *
 * @throws {TypeError} If it is neither a scheme nor `'none'`.
 */
export function checkScheme(scheme: unknown): void {
  if (scheme === 'none' || (typeof scheme === 'object' && scheme !== null && 'header' in scheme)) return;
  throw new TypeError(
    `scheme must be a preset such as keys.stripe(), keys.custom(...) or 'none', not ${String(scheme)}`,
  );
}
