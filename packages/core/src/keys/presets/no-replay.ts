import type { KeyScheme } from '../scheme.ts';
import { customKeyScheme, type KeySchemeOverrides } from '../scheme.ts';

// These vendors answer a repeat with 409 and not with what they answered first. Whether the first copy is in flight or
// done, the next answer is 409 again: it is final here, and the caller looks up what became of the first.

/**
 * GoCardless. The 409 `idempotent_creation_conflict` names the resource that the first request created. Fetch it.
 *
 * Source: https://github.com/gocardless/gocardless-nodejs/blob/master/src/api/api.ts
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.goCardless() });
 */
export function goCardless(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'Idempotency-Key', methods: ['POST'], ...overrides });
}

/**
 * Moov: transfers. A 409 says that the transfer was made. Keys never expire.
 *
 * Source: https://docs.moov.io
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.moov() });
 */
export function moov(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'X-Idempotency-Key',
    methods: ['POST'],
    maxLength: 36,
    windowMs: Infinity,
    ...overrides,
  });
}

/**
 * Mangopay. A separate endpoint returns the first response by its key.
 *
 * Source: https://docs.mangopay.com/guide/idempotency-support
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.mangopay() });
 */
export function mangopay(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Idempotency-Key',
    methods: ['POST'],
    maxLength: 36,
    pattern: /^[A-Za-z0-9-]{16,}$/,
    ...overrides,
  });
}
