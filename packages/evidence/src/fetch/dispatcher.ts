import { type DispatcherLike, isDispatcher } from './dispatcher-like.ts';
import { isPlainDispatcher } from './plain-dispatcher.ts';

// Where the dispatcher is that a call without one takes: Node's own fetch up to Node 25 and undici up to 7 look at the
// first,
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

/**
 * Whether this runtime's fetch uses dispatchers. Node loads undici, which installs them, when `Headers` is first looked
 * at.
 */
export function hasDispatchers(): boolean {
  if (!dispatchers && scope.Headers) dispatchers = globalDispatcher(true) !== undefined;
  return dispatchers;
}

/**
 * Calls `fetch` while `dispatcher` replaces the global one. fetch reads its dispatcher before it returns, so other
 * calls are unaffected. A Request may have its own hidden dispatcher, which is still used.
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

/** Whether every dispatcher that a call without one may take is undici's own. */
export function isPlainGlobal(): boolean {
  return (lent ?? globals()).every((each) => !isDispatcher(each) || isUndicis(each));
}

/**
 * Whether a dispatcher is undici's own, or its bridge to one.
 *
 * @param used - Whether a request was just dispatched.
 */
export function isUndicis(dispatcher: DispatcherLike, used = false): boolean {
  return isPlainDispatcher(dispatcher, used) || isPlainBridge(dispatcher, used);
}

/**
 * Whether npm undici 8 installed this dispatcher for Node's own fetch. It passes everything on to undici's global
 * dispatcher.
 */
function isPlainBridge(dispatcher: DispatcherLike, used: boolean): boolean {
  const [first, second] = lent ?? globals();
  return dispatcher === first && isBridge(dispatcher) && isDispatcher(second) && isPlainDispatcher(second, used);
}

/** Whether a dispatcher is undici 8's bridge to another one for handlers of the older kind. It only forwards. */
export function isBridge(dispatcher: DispatcherLike): boolean {
  return dispatcher.constructor?.name === 'Dispatcher1Wrapper';
}
