import { currentRuntime } from './delivery/detect-runtime.ts';
import { isNativeFetch, sourceOf } from './native-fetch.ts';

/** How the source of a fetch begins that is written in JavaScript. */
const SOURCES: Readonly<Record<string, readonly RegExp[]>> = {
  node: [
    // Node 20 to 26: lib/internal/bootstrap/web/exposed-window-or-worker.js
    /^(async )?function fetch\(input, init = undefined\) \{[\s\S]{0,400}require\('internal\/deps\/undici\/undici'\)/,
    // npm undici 6 to 8: index.js
    /^(async )?function fetch ?\(init, options = undefined\) \{[\s\S]{0,200}fetchImpl\(init, options\)/,
  ],
  deno: [/^function fetch\(\.\.\.e\)\{return lazyFetch\(\)\.fetch\(/, /^function fetch\(input, init = \{/],
};

const known = new WeakMap<object, boolean>();
let last: { readonly fetch: unknown; readonly own: boolean } | undefined;

/**
 * Whether a function is the runtime's own fetch (or npm undici's), unwrapped. Only then does its error belong to the
 * request of the call. Another function may send more requests, or send them later.
 *
 * @example
 * isOwnFetch(globalThis.fetch); // false if a test or a tracer replaced it
 */
export function isOwnFetch(fetch: (...parameters: never[]) => unknown): boolean {
  if (last?.fetch === fetch) return last.own;
  const own = known.get(fetch) ?? readsAsOwn(fetch);
  known.set(fetch, own);
  last = { fetch, own };
  return own;
}

function readsAsOwn(fetch: (...parameters: never[]) => unknown): boolean {
  const sources = SOURCES[currentRuntime()];
  return sources ? sources.some((source) => source.test(sourceOf(fetch))) : isNativeFetch(fetch);
}
