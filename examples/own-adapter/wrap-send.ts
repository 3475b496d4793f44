import { type Client, createRetryPolicy, Operation, type RetryOptions, runOperation } from '@twicesafe/core';
import { deliveryOf, failureKindOf } from '@twicesafe/evidence';
import type { Answer, Message, send } from './send.ts';

/** Wraps the client: what an adapter must do, in thirty lines. */
export function wrapSend(inner: typeof send, options?: RetryOptions): typeof send {
  const policy = createRetryPolicy(options);
  return (message: Message) => {
    const { method, url, headers = {}, signal } = message;
    const operation = new Operation(policy, { method, url, headers: new Headers(headers) });
    const client: Client<Answer> = {
      signal,
      bodyUsed: false, // a string can be sent any number of times
      send(limit) {
        const fields = Object.fromEntries(operation.attemptFields); // the idempotency key, the first time too
        const signals = [signal, limit].filter((given) => given !== undefined);
        return inner({ ...message, headers: { ...headers, ...fields }, signal: AbortSignal.any(signals) });
      },
      failure: (error) => ({
        type: 'failure',
        kind: failureKindOf(error),
        delivery: deliveryOf(error, { method }),
        error,
      }),
      discard: async () => {}, // the answer is read already
    };
    return runOperation(operation, client);
  };
}
