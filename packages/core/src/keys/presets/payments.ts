import type { KeyScheme } from '../scheme.ts';
import { customKeyScheme, type KeySchemeOverrides } from '../scheme.ts';

/**
 * Stripe, v1. It keeps every answer once it began to work, failures included, for a day at least. For v2 add DELETE to
 * `methods`.
 *
 * Source: https://docs.stripe.com/api/idempotent_requests
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.stripe() });
 */
export function stripe(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Idempotency-Key',
    methods: ['POST'],
    inFlightStatuses: [409],
    replayHeader: 'Idempotent-Replayed',
    ...overrides,
  });
}

/**
 * PayPal. Length and window are those of the narrowest API. Orders take 108 characters, and vault tokens are remembered
 * for three hours. Other APIs remember keys for up to 45 days. The response to a retry has the latest state, and status
 * 200 instead of 201.
 *
 * Source: https://developer.paypal.com/reference/guidelines/idempotency
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.paypal({ windowMs: 6 * 3_600_000 }) });
 */
export function paypal(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'PayPal-Request-Id',
    methods: ['POST'],
    maxLength: 108,
    windowMs: 10_800_000,
    inFlightStatuses: [409],
    ...overrides,
  });
}

/**
 * Adyen. Its answers carry the key too, the first one as well.
 *
 * Source: https://docs.adyen.com/development-resources/api-idempotency
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.adyen() });
 */
export function adyen(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Idempotency-Key',
    methods: ['POST'],
    maxLength: 64,
    windowMs: 31 * 86_400_000, // "valid for at least 31 days"
    ...overrides,
  });
}

/**
 * Checkout.com: only some endpoints, which its page lists. Stores only 2xx. A failed request is processed again.
 *
 * Source: https://www.checkout.com/docs/payments/manage-payments/retry-a-payment
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.checkoutCom() });
 */
export function checkoutCom(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'Cko-Idempotency-Key', methods: ['POST'], ...overrides });
}

/**
 * Mollie. We couldn't verify a window on its page. One hour is reported, and shorter is safer.
 *
 * Source: https://docs.mollie.com/overview/api-idempotency
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.mollie() });
 */
export function mollie(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Idempotency-Key',
    methods: ['POST', 'DELETE'],
    windowMs: 3_600_000,
    ...overrides,
  });
}

/**
 * Mercado Pago. Payments and refunds are refused without a key.
 *
 * Source: https://github.com/mercadopago/sdk-nodejs
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.mercadoPago() });
 */
export function mercadoPago(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'X-Idempotency-Key', methods: ['POST'], ...overrides });
}
