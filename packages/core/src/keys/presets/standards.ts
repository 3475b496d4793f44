import type { KeyScheme } from '../scheme.ts';
import { customKeyScheme, type KeySchemeOverrides } from '../scheme.ts';

/**
 * The scheme of draft-ietf-httpapi-idempotency-key-header-07. The key is a quoted String, and a 409 means that the
 * first request is in flight. It leaves length and window open. Most vendors with the same header take the key without
 * quotes. See their presets.
 *
 * The draft leaves the replay mark open. `Idempotent-Replayed` is what `@twicesafe/server` sends, and is harmless for
 * other servers.
 *
 * Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.ietf() });
 */
export function ietf(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Idempotency-Key',
    format: 'string',
    inFlightStatuses: [409],
    replayHeader: 'Idempotent-Replayed',
    ...overrides,
  });
}

/**
 * Azure follows OASIS Repeatable Requests 1.0. The key is a UUID, and a second header contains the time of the first
 * attempt. A server that cannot do it answers 501. The window is at least five minutes. `Repeatability-Result` is the
 * same for a replay and a first response.
 *
 * Source: https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#repeatability
 *
 * @example
 * wrapFetch(fetch, { idempotencyKey: keys.azure() });
 */
export function azure(overrides?: KeySchemeOverrides): KeyScheme {
  return customKeyScheme({
    header: 'Repeatability-Request-ID',
    firstSentHeader: 'Repeatability-First-Sent',
    methods: ['POST'],
    maxLength: 36,
    windowMs: 300_000,
    inFlightStatuses: [409],
    ...overrides,
  });
}
