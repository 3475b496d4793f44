import type { Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { wrapFetch } from '@twicesafe/fetch';

// GET for methods with the option idempotency_level = NO_SIDE_EFFECTS.
export function client(baseUrl: string): Transport {
  return createConnectTransport({ baseUrl, fetch: wrapFetch(), useHttpGet: true });
}
