import { bodyJudge, keys, protocol, reauthorize, reportOf, wrapFetch } from '@twicesafe/fetch';
import { adapterSuite, type Send, type Subject } from '@twicesafe/testing/suites/client';

/** A client that lives outside the workspace, and sends through a wrapped fetch. */
class OrdersClient {
  readonly #fetch: Send;

  constructor(options: Readonly<Record<string, unknown>>) {
    this.#fetch = wrapFetch(options) as Send;
  }

  order(...parameters: Parameters<Send>): ReturnType<Send> {
    return this.#fetch(...parameters);
  }
}

const subject: Subject = {
  name: 'a client outside the workspace',
  wrap: (options) => {
    const client = new OrdersClient(options);
    return (input, init) => client.order(input, init);
  },
  makers: { bodyJudge, protocol, reauthorize },
  reportOf,
};

adapterSuite(subject, keys.custom({ header: 'Idempotency-Key' }));
