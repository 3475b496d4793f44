/** As much of undici's Dispatcher as Node's fetch uses. */
export interface DispatcherLike {
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean;
}

/** What fetch gives a dispatcher: a new object for every request, followed redirects included. */
export interface DispatchOptions {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly headers?: Record<string, unknown>;
}

type Callback = (...parameters: never[]) => unknown;

/** fetch's handler: a new object for every dispatch. undici 6 and 7 call the first of each pair, undici 8 the second. */
export interface DispatchHandler {
  onConnect?: Callback;
  onRequestStart?: Callback;
  onHeaders?: Callback;
  onResponseStart?: Callback;
  onData?: Callback;
  onResponseData?: Callback;
  onComplete?: Callback;
  onResponseEnd?: Callback;
  onError?: Callback;
  onResponseError?: Callback;
}

// Where the dispatcher is that a call without one takes: Node's own fetch up to Node 25 and undici up to 7 look at the first,
// Node 26 and undici 8 at the second. An application can have both, and neither takes the other's handlers.
const SYMBOLS = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')] as const;

const scope = globalThis as Record<symbol, unknown> & { Headers?: unknown };

/** The real global dispatchers, while another one replaces them. */
let lent: readonly unknown[] | undefined;

function globals(): readonly unknown[] {
  return [scope[SYMBOLS[0]], scope[SYMBOLS[1]]];
}

/** @param modern - Whether the call's handler is of the kind that undici 8 takes. */
export function globalDispatcher(modern: boolean): DispatcherLike | undefined {
  const [first, second] = lent ?? globals();
  const found = modern ? (second ?? first) : (first ?? second);
  return isDispatcher(found) ? found : undefined;
}

/** Whether this runtime has dispatchers. It is cached, because looking for it on each call takes time. */
let dispatchers = false;

/** Whether this runtime's fetch uses dispatchers. Node loads undici, which installs them, when `Headers` is first looked at. */
export function hasDispatchers(): boolean {
  if (!dispatchers && scope.Headers) dispatchers = globalDispatcher(true) !== undefined;
  return dispatchers;
}

/**
 * Calls `fetch` while `dispatcher` replaces the global one. fetch reads its dispatcher before it returns, so other calls are
 * unaffected. A Request may have its own hidden dispatcher, which is still used.
 */
export function lendDispatcher<Result>(dispatcher: DispatcherLike, fetch: () => Result): Result {
  const before = globals();
  const replace = (present: readonly unknown[], next: readonly unknown[]): void =>
    SYMBOLS.forEach((symbol, index) => {
      // What an interceptor installs meanwhile stays.
      if (before[index] !== undefined && scope[symbol] === present[index]) scope[symbol] = next[index];
    });
  const lending = [dispatcher, dispatcher];
  try {
    lent = before;
    replace(before, lending);
    return fetch();
  } finally {
    replace(lending, before);
    lent = undefined;
  }
}

export function isDispatcher(value: unknown): value is DispatcherLike {
  return typeof value === 'object' && value !== null && typeof (value as DispatcherLike).dispatch === 'function';
}

/** The classes of undici whose `dispatch` announces every start (that of Agent, Pool and Client, and that of ProxyAgent), and how it reads. */
const PLAIN: Readonly<Record<string, RegExp>> = {
  DispatcherBase: /\bthis\[k(?:Intercepted)?Dispatch\w*\]\(opts, handler\)/,
  ProxyAgent: /\bthis\[kAgent\w*\]\.dispatch\(/,
};

/** undici's own way to make the pool of an origin. A caller's may put any dispatcher there. */
const OWN_FACTORY = /^function default\w*Factory\w* ?\(/;

/** The interceptor that undici 6 gives every dispatcher. fetch asks it for no redirect, and then it only passes on. */
const OWN_INTERCEPTOR =
  /\bfunction Intercept ?\(opts, handler\).*\bnew RedirectHandler\(dispatch, maxRedirections, opts, handler\)/s;

/**
 * Whether a dispatcher is undici's own (Agent, Pool, Client, ProxyAgent), unwrapped. Only then does a missing announcement
 * prove that nothing was sent. An interceptor may drop requests, and a retrying or mocking dispatcher may send more.
 */
function isPlainDispatcher(dispatcher: DispatcherLike): boolean {
  const { dispatch } = dispatcher;
  const known = looked.get(dispatcher);
  if (known?.dispatch === dispatch) return known.plain && !hasInterceptors(dispatcher);
  const plain = ownsPlainDispatch(dispatcher) && !givesInterceptors(dispatcher);
  looked.set(dispatcher, { dispatch, plain });
  return plain && !hasInterceptors(dispatcher);
}

/** A cache of the results for dispatchers with an unchanged `dispatch`. */
const looked = new WeakMap<DispatcherLike, { readonly dispatch: unknown; readonly plain: boolean }>();

function ownsPlainDispatch(dispatcher: DispatcherLike): boolean {
  const { dispatch } = dispatcher;
  for (let owner: object | null = dispatcher; owner; owner = Object.getPrototypeOf(owner)) {
    const own = Object.getOwnPropertyDescriptor(owner, 'dispatch');
    // `compose` gives a Proxy whose dispatch is another function than the one that its prototype owns.
    if (!own) continue;
    const source = PLAIN[String((owner.constructor as { name?: unknown }).name)];
    const isUndicis = own.value === dispatch && source?.test(Function.prototype.toString.call(dispatch)) === true;
    return isUndicis && !hasFactory(dispatcher);
  }
  return false;
}

/** Whether the caller makes the pools of an Agent or the clients of a Pool. */
function hasFactory(dispatcher: DispatcherLike): boolean {
  const members = dispatcher as unknown as Readonly<Record<symbol, unknown>>;
  return Object.getOwnPropertySymbols(dispatcher).some((symbol) => {
    return symbol.description === 'factory' && !OWN_FACTORY.test(String(members[symbol]));
  });
}

/** Whether an undici 6 dispatcher has interceptors of the caller's. They can be set at any time. Later versions have `compose` alone. */
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

/** A cache of the results for interceptors, since reading a function's source takes time. */
const interceptorsSeen = new WeakMap<object, boolean>();

/** Whether every dispatcher that a call without one may take is undici's own. */
export function isPlainGlobal(): boolean {
  return (lent ?? globals()).every((each) => !isDispatcher(each) || isUndicis(each));
}

/** Whether a dispatcher is undici's own, or its bridge to one. */
export function isUndicis(dispatcher: DispatcherLike): boolean {
  return isPlainDispatcher(dispatcher) || isPlainBridge(dispatcher);
}

/**
 * Whether npm undici 8 installed this dispatcher for Node's own fetch. It passes everything on to undici's global
 * dispatcher.
 */
function isPlainBridge(dispatcher: DispatcherLike): boolean {
  const [first, second] = lent ?? globals();
  return dispatcher === first && isBridge(dispatcher) && isDispatcher(second) && isPlainDispatcher(second);
}

/** Whether a dispatcher is undici 8's bridge to another one for handlers of the older kind. It only forwards. */
export function isBridge(dispatcher: DispatcherLike): boolean {
  return dispatcher.constructor?.name === 'Dispatcher1Wrapper';
}
