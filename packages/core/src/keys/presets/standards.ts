import type { KeyScheme } from '../scheme.ts';
import { customKeyScheme, type KeySchemeOverrides } from '../scheme.ts';

/**
 * What draft-ietf-httpapi-idempotency-key-header-07 says: the key is a quoted String, and a 409 means that the first copy is
 * in flight. It sets no length and no window. Most vendors that name the same field take the bare key; see their presets.
 *
 * The draft has no replay mark. `Idempotent-Replayed` is what `@twicesafe/server` sends, and does no harm where nobody sends it.
 *
 * Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07
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
 * Azure, by OASIS Repeatable Requests 1.0: the key is a UUID, and a second field carries the time of the first attempt. A server that
 * cannot do it answers 501. The window is at least five minutes. `Repeatability-Result` does not tell a replay from a first
 * answer.
 *
 * Source: https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#repeatability
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
