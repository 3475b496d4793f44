import type { keys } from '@twicesafe/fetch';

/** How a server accepts idempotency keys: a preset such as `keys.stripe()`, or one of your own. */
export type KeyScheme = ReturnType<typeof keys.ietf>;
