import type { KeyScheme } from '../scheme.ts';
import { customKeyScheme, type KeySchemeOverrides } from '../scheme.ts';

/**
 * Google Cloud Storage, JSON API: every request that changes something. Google's client for C++ retries them all with
 * this token. The client for Node.js also requires a precondition (`ifGenerationMatch`).
 *
 * Source: https://github.com/googleapis/google-cloud-cpp/pull/12347
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.googleCloudStorage() });
 */
export function googleCloudStorage(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'x-goog-gcs-idempotency-token',
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
    maxLength: 36,
    ...overrides,
  });
}

/**
 * Resend: `POST /emails` and `POST /emails/batch`.
 *
 * Source: https://resend.com/docs/dashboard/emails/idempotency-keys
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.resend() });
 */
export function resend(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({ header: 'Idempotency-Key', methods: ['POST'], maxLength: 256, ...overrides });
}

/**
 * Zuora. Replays failures too. A 422 means that the key was used with another body.
 *
 * Source: https://developer.zuora.com
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.zuora() });
 */
export function zuora(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'idempotency-key',
    methods: ['POST', 'PATCH'],
    maxLength: 254,
    inFlightStatuses: [409],
    ...overrides,
  });
}
