import type { KeyScheme } from '../scheme.ts';
import { customKeyScheme, type KeySchemeOverrides } from '../scheme.ts';

/**
 * Modern Treasury: all methods but GET, as its own client does.
 *
 * Source: https://github.com/Modern-Treasury/modern-treasury-node
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.modernTreasury() });
 */
export function modernTreasury(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'Idempotency-Key', methods: ['POST', 'PUT', 'PATCH', 'DELETE'], ...overrides });
}

/**
 * Increase: a key belongs permanently to the object that it created. A 409 names the object that used the key before,
 * so it is final.
 *
 * Source: https://increase.com/documentation/idempotency-keys
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.increase() });
 */
export function increase(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Idempotency-Key',
    methods: ['POST'],
    maxLength: 200,
    windowMs: Infinity,
    replayHeader: 'Idempotent-Replayed',
    ...overrides,
  });
}

/**
 * Coinbase Developer Platform: only operations that its reference marks. A 409 says that the object exists, so it is
 * final.
 *
 * Source: https://github.com/coinbase/cdp-sdk/blob/main/openapi.yaml
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.coinbase() });
 */
export function coinbase(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'X-Idempotency-Key', methods: ['POST'], maxLength: 128, ...overrides });
}

/**
 * Razorpay X: payouts, which require a key.
 *
 * Source: https://razorpay.com/docs/api/x/payout-idempotency
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.razorpayX() });
 */
export function razorpayX(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'X-Payout-Idempotency',
    methods: ['POST'],
    maxLength: 36,
    pattern: /^[\w -]{4,}$/,
    ...overrides,
  });
}

/**
 * Qonto: only some endpoints. Replays successes, whatever the body says the second time.
 *
 * Source: https://docs.qonto.com
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.qonto() });
 */
export function qonto(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'X-Qonto-Idempotency-Key', methods: ['POST'], windowMs: 1_800_000, ...overrides });
}
