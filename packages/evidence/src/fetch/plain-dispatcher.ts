import type { DispatcherLike } from './dispatcher-like.ts';
import { innerDispatchers } from './inner-dispatchers.ts';

/**
 * The classes of undici whose `dispatch` announces every start (that of Agent, Pool and Client, and that of
 * ProxyAgent), and how it reads.
 */
const PLAIN: Readonly<Record<string, RegExp>> = {
  DispatcherBase: /\bthis\[k(?:Intercepted)?Dispatch\w*\]\(opts, handler\)/,
  ProxyAgent: /\bthis\[kAgent\w*\]\.dispatch\(/,
};

/**
 * undici's own function that makes the pool of an origin, by exact tokens. A caller's function may make any dispatcher.
 */
const OWN_FACTORY =
  /^function default\w*Factory\w* ?\(origin, opts\) \{(?:\W|if|return|new|origin|opts|connections|1|Client\d*|Pool\d*)+$/;

/** ProxyAgent's own factory, which calls the caller's, if there is one. */
const PROXY_FACTORY = /^\(origin, options\) => \{[\s\S]+ new Http1ProxyWrapper[\s\S]+ agentFactory\(origin, options\)/;

/** The interceptor that undici 6 gives every dispatcher. fetch doesn't ask it for redirects, so it only passes on. */
const OWN_INTERCEPTOR =
  /\bfunction Intercept ?\(opts, handler\).*\bnew RedirectHandler\(dispatch, maxRedirections, opts, handler\)/s;

/**
 * What a look at a dispatcher showed. `hiding` is plain if the dispatchers inside are, which are there only after a
 * dispatch.
 */
type Look = 'plain' | 'hiding' | 'other';

/** A cache of the results for dispatchers with an unchanged `dispatch`. */
const looked = new WeakMap<DispatcherLike, { readonly dispatch: unknown; readonly look: Look }>();

/** A cache of the results for interceptors, since reading a function's source takes time. */
const interceptorsSeen = new WeakMap<object, boolean>();

/**
 * Whether a dispatcher is undici's own (Agent, Pool, Client, ProxyAgent), unwrapped. Only then does a missing
 * announcement prove that nothing was sent. An interceptor may drop requests, and a retrying or mocking dispatcher may
 * send more.
 *
 * @param used - Whether a request was just dispatched, so that a ProxyAgent has made the dispatchers that serve it.
 */
export function isPlainDispatcher(dispatcher: DispatcherLike, used: boolean): boolean {
  const look = lookAt(dispatcher);
  if (look === 'other' || hasInterceptors(dispatcher)) return false;
  return look === 'plain' || (used && isPlainInside(dispatcher));
}

/** Whether every dispatcher inside is undici's own, as far as it was made. A patched Pool or Client may send more. */
export function isPlainInside(dispatcher: DispatcherLike): boolean {
  return innerDispatchers(dispatcher).every(
    (each) => lookAt(each) !== 'other' && !hasInterceptors(each) && isPlainInside(each),
  );
}

function lookAt(dispatcher: DispatcherLike): Look {
  const { dispatch } = dispatcher;
  const known = looked.get(dispatcher);
  if (known?.dispatch === dispatch) return known.look;
  const look = givesInterceptors(dispatcher) ? 'other' : lookAtDispatch(dispatcher);
  looked.set(dispatcher, { dispatch, look });
  return look;
}

function lookAtDispatch(dispatcher: DispatcherLike): Look {
  const { dispatch } = dispatcher;
  for (let owner: object | null = dispatcher; owner; owner = Object.getPrototypeOf(owner)) {
    const own = Object.getOwnPropertyDescriptor(owner, 'dispatch');
    // `compose` gives a Proxy whose dispatch is another function than the one that its prototype owns.
    if (!own) continue;
    const source = PLAIN[String((owner.constructor as { name?: unknown } | undefined)?.name)];
    const isUndicis = own.value === dispatch && source?.test(Function.prototype.toString.call(dispatch)) === true;
    return isUndicis ? lookAtFactory(dispatcher) : 'other';
  }
  return 'other';
}

/** Who makes the pools of an Agent or the clients of a Pool. The agents inside a ProxyAgent exist from the start. */
function lookAtFactory(dispatcher: DispatcherLike): Look {
  const members = dispatcher as unknown as Readonly<Record<symbol, unknown>>;
  for (const symbol of Object.getOwnPropertySymbols(dispatcher)) {
    if (symbol.description === 'proxy agent' || symbol.description === 'no proxy agent') return 'hiding';
    if (symbol.description !== 'factory') continue;
    const source = String(members[symbol]);
    if (!OWN_FACTORY.test(source)) return PROXY_FACTORY.test(source) ? 'hiding' : 'other';
  }
  return 'plain';
}

/**
 * Whether an undici 6 dispatcher has interceptors of the caller's. They can be set at any time. Later versions have
 * `compose` alone.
 */
function hasInterceptors(dispatcher: DispatcherLike): boolean {
  const { interceptors } = dispatcher as { readonly interceptors?: unknown };
  return Array.isArray(interceptors) && !interceptors.every(isOwnInterceptor);
}

/** Whether the pools and clients that an undici 6 dispatcher makes get interceptors of the caller's. */
function givesInterceptors(dispatcher: DispatcherLike): boolean {
  const members = dispatcher as unknown as Readonly<Record<symbol, { readonly interceptors?: unknown } | undefined>>;
  return Object.getOwnPropertySymbols(dispatcher).some((symbol) => {
    return symbol.description === 'options' && members[symbol]?.interceptors !== undefined;
  });
}

function isOwnInterceptor(interceptor: object): boolean {
  let own = interceptorsSeen.get(interceptor);
  if (own === undefined) {
    own = OWN_INTERCEPTOR.test(String(interceptor));
    interceptorsSeen.set(interceptor, own);
  }
  return own;
}
