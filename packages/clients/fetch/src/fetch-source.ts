import { type FetchFunction, wrappingOf } from '@twicesafe/evidence';

/** Which fetch sends the requests of a wrapped one. */
export interface FetchSource {
  /** The one that certainly does not lead back to the wrapped one. */
  readonly original: FetchFunction;
  /** The one to call now. */
  current(): FetchFunction;
}

/** Always the same fetch. */
export function fixedFetch(fetch: FetchFunction): FetchSource {
  return { original: fetch, current: () => fetch };
}

/**
 * The value of `globalThis.fetch` at the time of each call, because a test or an APM may replace it. A wrapped one may
 * be there too, and then its inner one is called.
 *
 * @param unwrapped - The original of the current global fetch, if it is wrapped.
 */
export function currentGlobalFetch(unwrapped: FetchFunction | undefined): FetchSource {
  const original = unwrapped ?? (globalThis.fetch as FetchFunction);
  return {
    original,
    current() {
      const fetch = globalThis.fetch as FetchFunction;
      return wrappingOf<FetchFunction, unknown>(fetch)?.client ?? fetch;
    },
  };
}
