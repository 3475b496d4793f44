import { ConnectProxy, closedPort, Origin, processThenReset, status } from '@twicesafe/testing';
import { Agent, Client, Dispatcher, EnvHttpProxyAgent, Pool, ProxyAgent, request, fetch as undiciFetch } from 'undici';
import { ProxyAgent as Undici6ProxyAgent, request as undici6Request } from 'undici-6';
import { afterEach, describe, expect, test } from 'vitest';
import { isUndicis } from '../../src/fetch/dispatcher.ts';
import type { DispatcherLike } from '../../src/fetch/dispatcher-like.ts';
import type { FetchFunction } from '../../src/index.ts';
import { post } from '../support/attempt.ts';

type Factory = (origin: string | URL, options: object) => Dispatcher;

const fetch = undiciFetch as unknown as FetchFunction;
const opened: Dispatcher[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((each) => each.destroy()))));

function open<Kind extends Dispatcher>(dispatcher: Kind): Kind {
  opened.push(dispatcher);
  return dispatcher;
}

/** Sends once more after a failure, and announces nothing. */
const repeating: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const again: Dispatcher.DispatchHandler = Object.create(handler, {
    onRequestStart: { value: () => {} },
    // fetch gives a body that can be read once.
    onResponseError: { value: () => dispatch({ ...options, body: 'order' }, handler) },
  });
  return dispatch(options, again);
};

const repeatingPool: Factory = (origin, options) => new Pool(origin, options).compose(repeating);

/** As undici names its own. */
function defaultFactory(origin: string | URL, options: object): Dispatcher {
  return repeatingPool(origin, options);
}

/** The name is the caller's choice, too. */
class DispatcherBase extends Dispatcher {
  readonly #inner = open(new Agent()).compose(repeating);

  override dispatch(opts: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.#inner.dispatch(opts, handler);
  }

  override async destroy(): Promise<void> {}
}

describe('a dispatcher that repeats inside', () => {
  const inside: Readonly<Record<string, (proxy: string) => Dispatcher>> = {
    "an Agent with the caller's factory": () => new Agent({ factory: repeatingPool as never }),
    "one of undici's name": () => new Agent({ factory: defaultFactory as never }),
    'a class of that name': () => new DispatcherBase(),
    'a Proxy that shows nothing but its dispatch': () => {
      const inner = open(new Agent()).compose(repeating);
      const dispatch = inner.dispatch.bind(inner);
      return new Proxy(
        { destroy: async () => {} },
        {
          get: (target, name) => (name === 'dispatch' ? dispatch : Reflect.get(target, name)),
        },
      ) as unknown as Dispatcher;
    },
    "a ProxyAgent with the caller's factory": (uri) =>
      new ProxyAgent({ uri, proxyTunnel: true, factory: repeatingPool } as never),
    'an EnvHttpProxyAgent with that factory': (httpProxy) =>
      new EnvHttpProxyAgent({ httpProxy, noProxy: '', proxyTunnel: true, factory: repeatingPool } as never),
    'an EnvHttpProxyAgent that uses no proxy': (httpProxy) =>
      new EnvHttpProxyAgent({ httpProxy, noProxy: '127.0.0.1', factory: repeatingPool } as never),
  };

  test.each(Object.entries(inside))('%s: a 425 refuses only its own copy', async (_, make) => {
    await using origin = await Origin.listen();
    await using proxy = await ConnectProxy.listen();
    origin.plays(processThenReset(), status(425));
    const dispatcher = open(make(proxy.url));

    const { outcome } = await post(origin.url, { fetch }, { dispatcher });

    expect(origin.applied).toEqual(['POST']);
    expect(outcome).toMatchObject({ status: 425, unseenCopies: true });
  });
});

test.each([
  ['of another name', repeatingPool],
  ["of undici's name", defaultFactory],
])("an Agent with the caller's factory %s is not undici's own, whether or not it was used", (_, factory) => {
  const agent = open(new Agent({ factory: factory as never })) as unknown as DispatcherLike;

  expect([isUndicis(agent), isUndicis(agent, true)]).toEqual([false, false]);
});

describe('what a proxy agent sends with is there only after its first request', () => {
  const agents: Readonly<Record<string, [make: (proxy: string) => Dispatcher, isUndicis: boolean]>> = {
    ProxyAgent: [(uri) => new ProxyAgent({ uri, proxyTunnel: true }), true],
    "a ProxyAgent with the caller's factory": [
      (uri) => new ProxyAgent({ uri, proxyTunnel: true, factory: repeatingPool } as never),
      false,
    ],
    'an EnvHttpProxyAgent': [
      (httpProxy) => new EnvHttpProxyAgent({ httpProxy, noProxy: '', proxyTunnel: true } as never),
      true,
    ],
    "an EnvHttpProxyAgent with the caller's factory": [
      (httpProxy) => new EnvHttpProxyAgent({ httpProxy, noProxy: '*', factory: repeatingPool } as never),
      false,
    ],
    'the ProxyAgent of undici 6': [(uri) => new Undici6ProxyAgent(uri) as never, true],
  };

  test.each(Object.entries(agents))("%s: undici's own", async (_, [make, expected]) => {
    await using origin = await Origin.listen();
    await using proxy = await ConnectProxy.listen();
    const dispatcher = open(make(proxy.url));
    const send = dispatcher instanceof Dispatcher ? request : (undici6Request as unknown as typeof request);
    const { body } = await send(origin.url, { dispatcher });
    await body.text();
    const given = dispatcher as unknown as DispatcherLike;

    expect([isUndicis(given), isUndicis(given, true)]).toEqual([false, expected]);
  });
});

test.each([
  ['pool', Pool],
  ['client', Client],
] as const)('a patched %s class may send more', async (_, Kind) => {
  await using origin = await Origin.listen();
  const before = Object.getOwnPropertyDescriptor(Kind.prototype, 'dispatch');
  const original = Kind.prototype.dispatch;
  Kind.prototype.dispatch = function dispatch(this: Dispatcher, options, handler) {
    const send = (given: typeof options, own: typeof handler): boolean => original.call(this as never, given, own);
    return repeating(send as never)(options, handler);
  };
  origin.plays(processThenReset(), status(400));

  const { outcome } = await post(origin.url, { fetch }, { dispatcher: open(new Agent()) });
  const second = await post(origin.url, { fetch }, { dispatcher: open(new Agent()) });
  if (before) Object.defineProperty(Kind.prototype, 'dispatch', before);
  else delete (Kind.prototype as { dispatch?: unknown }).dispatch;

  expect(outcome).toMatchObject({ status: 400, unseenCopies: true });
  // Of a success, one copy is enough.
  expect(second.outcome).toMatchObject({ status: 200, unseenCopies: false });
});

describe('a proxy agent without a factory proves as much as an Agent', () => {
  const agents: Readonly<Record<string, (proxy: string) => Dispatcher>> = {
    ProxyAgent: (uri) => new ProxyAgent({ uri, proxyTunnel: true }),
    EnvHttpProxyAgent: (httpProxy) => new EnvHttpProxyAgent({ httpProxy, noProxy: '', proxyTunnel: true } as never),
  };

  test.each(Object.entries(agents))('%s', async (_, make) => {
    await using origin = await Origin.listen();
    await using proxy = await ConnectProxy.listen();
    origin.plays(status(422), status(201));
    const dispatcher = open(make(proxy.url));

    const refused = await post(origin.url, { fetch }, { dispatcher });
    const applied = await post(origin.url, { fetch }, { dispatcher });
    const refusing = `http://127.0.0.1:${await closedPort()}/`;
    const unsent = await post(origin.url, { fetch }, { dispatcher: open(make(refusing)) });

    expect(refused.outcome).toMatchObject({ status: 422, unseenCopies: false });
    expect(applied.outcome).toMatchObject({ status: 201, unseenCopies: false });
    expect(unsent.outcome).toMatchObject({ delivery: 'never-sent' });
  });
});
