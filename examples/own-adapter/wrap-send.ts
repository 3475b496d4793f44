import type { RetryOptions } from '@twicesafe/core';
import { attemptHeaders, type Client, Operation, policyFrom, runOperation } from '@twicesafe/core/adapter';
import { deliveryOf, failureKindOf } from '@twicesafe/evidence';
import type { Answer, Message, send } from './send.ts';

/** Wraps the client: what an adapter must do, in forty lines. */
export function wrapSend(inner: typeof send, options?: RetryOptions): typeof send {
  const policy = policyFrom(options);
  return (message: Message) => {
    const { method, url, headers = {}, signal } = message;
    const operation = new Operation(policy, { method, url, headers: new Headers(headers) });
    let limit = new AbortController();
    const client: Client<Answer> = {
      signal,
      bodyUsed: false, // a string can be sent any number of times
      send() {
        limit = new AbortController();
        const ours = Object.fromEntries(attemptHeaders(operation)); // the idempotency key, the first time too
        const signals = [limit.signal, ...(signal ? [signal] : [])];
        return inner({ ...message, headers: { ...headers, ...ours }, signal: AbortSignal.any(signals) });
      },
      cut: (error) => limit.abort(error), // the time of the attempt is over
      outcome: (answer) => ({ type: 'response', status: answer.status, headers: answer.headers }),
      failure: (error) => ({
        type: 'failure',
        kind: failureKindOf(error),
        delivery: deliveryOf(error, { method }),
        error,
      }),
      discard() {}, // the answer is read already
    };
    return runOperation(operation, client);
  };
}
