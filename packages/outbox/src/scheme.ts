import type { keys } from '@twicesafe/fetch';

/**
 * How a server accepts idempotency keys. Use a preset such as `keys.stripe()`, or make your own with `keys.custom()`.
 */
export type KeyScheme = ReturnType<typeof keys.ietf>;
