import { scriptedOrigin, status } from '@twicesafe/testing';

/** A server that answers 503 to every first request, and 200 to every second. */
export interface BusyServer extends AsyncDisposable {
  readonly url: string;
  readonly methods: readonly string[];
}

export async function listen(): Promise<BusyServer> {
  const origin = await scriptedOrigin({
    respond: () => status(origin.requests.length % 2 === 1 ? 503 : 200, { body: '{"order":7}' }),
  });
  return {
    url: `${origin.url}orders/7`,
    get methods() {
      return origin.requests.map(({ method }) => method);
    },
    [Symbol.asyncDispose]: () => origin.close(),
  };
}
