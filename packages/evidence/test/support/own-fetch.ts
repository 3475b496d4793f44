import type { FetchFunction } from '../../src/index.ts';
import { isOwnFetch } from '../../src/index.ts';

/** What the function below does. */
let fetchImpl: FetchFunction;

// biome-ignore format: It reads as undici's own.
function fetch(init: Parameters<FetchFunction>[0], options: Parameters<FetchFunction>[1] = undefined) {
  return fetchImpl(init, options);
}

/** A fetch that reads as undici's own, and does what the test says. */
export function ownFetchOf(send: FetchFunction): FetchFunction {
  fetchImpl = send;
  if (!isOwnFetch(fetch)) throw new Error('undici writes its fetch in another way');
  return fetch;
}
