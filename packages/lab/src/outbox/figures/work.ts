import type { Intent, StartOptions } from '@twicesafe/outbox';
import type { Place } from './place.ts';

const BODY = '{"order":7,"cents":500}';

/** Returns the seconds that `act` takes. */
export async function secondsOf(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1_000;
}

/** Stores intents, each in a transaction with its order. `callers` transactions run at the same time. */
export async function enqueueAll(place: Place, count: number, url: string, callers: number): Promise<void> {
  const intent: Intent = { url, body: BODY };
  let left = count;
  const call = async (): Promise<void> => {
    while (left-- > 0) await place.order(intent);
  };
  await Promise.all(Array.from({ length: callers }, call));
}

/**
 * Runs a worker until it has settled at least `count` intents, and returns their number. Fails if one of them isn't
 * done.
 */
export async function settle(
  outbox: Pick<Place['outbox'], 'start'>,
  count: number,
  options: StartOptions = {},
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let settled = 0;
  const running = outbox.start({
    ...options,
    onSettled: ({ state, note }) => {
      if (state !== 'done') reject(new Error(`an intent ended as ${state}: ${note}`));
      settled += 1;
      if (settled === count) resolve();
    },
    onError: reject,
  });
  try {
    await promise;
  } finally {
    await running.stop();
  }
  return settled;
}

/** Sends the same requests without an outbox. */
export async function sendBare(count: number, url: string, callers: number): Promise<void> {
  let left = count;
  const call = async (): Promise<void> => {
    while (left-- > 0) {
      const response = await fetch(url, { method: 'POST', body: BODY });
      await response.body?.cancel();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
}
