import { AsyncLocalStorage } from 'node:async_hooks';
import { type Act, Origin, processThenReset, resetBeforeReading, status } from '@twicesafe/testing';
import fc from 'fast-check';
import nodeFetch from 'node-fetch';
import { expect, test } from 'vitest';
import { reportOf, wrapFetch } from '../src/index.ts';

type Fetch = typeof globalThis.fetch;

/** Other stories in every run. A failure names its seed, and FAST_CHECK_SEED repeats it. */
const seed = Number(process.env.FAST_CHECK_SEED ?? Math.floor(Math.random() * 2 ** 31));

const native = globalThis.fetch;
const outside = AsyncLocalStorage.snapshot();

/** The ways in which a neighbour sends one copy. */
const SENDS: Readonly<Record<string, Fetch>> = {
  fetch: native,
  'a Request': (input, init) => native(new Request(input, init)),
  'node-fetch': nodeFetch as unknown as Fetch,
  'another context': (input, init) => outside(() => native(input, init)),
  'a timer': async (input, init) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return native(input, init);
  },
};

const ACTS: Readonly<Record<string, () => Act>> = {
  200: () => status(200),
  409: () => status(409),
  421: () => status(421),
  422: () => status(422),
  425: () => status(425),
  429: () => status(429, { applies: true }),
  503: () => status(503, { applies: true }),
  'processed, then reset': processThenReset,
  'reset before reading': resetBeforeReading,
};

const story = fc.record({
  method: fc.constantFrom('POST', 'POST', 'PATCH', 'PUT', 'DELETE'),
  /** How the copies of one call are sent: each after a failure or a 5xx of the one before. */
  copies: fc.array(fc.constantFrom(...Object.keys(SENDS)), { minLength: 1, maxLength: 3 }),
  acts: fc.array(fc.constantFrom(...Object.keys(ACTS)), { maxLength: 5 }),
});

/** A fetch that sends copies until one is answered. */
function neighbour(copies: readonly string[], calls: () => void): Fetch {
  return async (input, init) => {
    calls();
    let settled: Promise<Response> | undefined;
    for (const name of copies) {
      settled = (SENDS[name] as Fetch)(input, init);
      const failed = await settled.then(
        (response) => response.status >= 500,
        () => true,
      );
      if (!failed) break;
    }
    return settled as Promise<Response>;
  };
}

test(`law: a neighbour's extra requests never cause a wrong effect or an unsafe retry (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ method, copies, acts }) => {
      await using origin = await Origin.listen();
      origin.plays(...acts.map((act) => (ACTS[act] as () => Act)()));
      const appliedBefore: number[] = [];
      const fetch = wrapFetch(
        neighbour(copies, () => appliedBefore.push(origin.applied.length)),
        { backoff: () => 1, budget: 'none' },
      );

      const settled: unknown = await fetch(origin.url, { method, body: 'order' }).catch((error: unknown) => error);

      const { effect } = reportOf(settled) ?? {};
      if (effect === 'applied') expect(origin.applied.length).toBeGreaterThan(0);
      if (effect === 'not-applied') expect(origin.applied).toEqual([]);
      if (method === 'POST' || method === 'PATCH')
        expect(appliedBefore.slice(1).filter((applied) => applied > 0)).toEqual([]);
    }),
    { seed, numRuns: 150 },
  );
}, 120_000);
