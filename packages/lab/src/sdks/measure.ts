import type { RetryOptions } from '@twicesafe/fetch';
import { Origin, processThenReset, status } from '@twicesafe/testing';
import type { Calls, Sdk } from './sdk.ts';

/** The setups of an SDK: as installed, with twicesafe below its own retries, and with its recipe. */
export const MODES = ['installed', 'judged', 'recipe'] as const;
export type Mode = (typeof MODES)[number];

/** The call that is made, and the fault of every attempt. */
export const FAULTS = ['read 503', 'write reset', 'write 503', 'write refused'] as const;
export type Fault = (typeof FAULTS)[number];

const JUDGE: RetryOptions = { outerRetries: 'judge' };
/** More than any client sends. */
const MANY = 1000;

/** Counts the requests of an SDK for one call whose attempts all fail. */
export async function sendsOf(sdk: Sdk, mode: Mode, fault: Fault): Promise<number> {
  await using origin = await Origin.listen({
    respond: () => (fault === 'write reset' ? processThenReset() : status(503)),
  });
  if (fault === 'write refused') await origin.refuses(MANY);
  const calls = open(sdk, mode, origin.url);
  try {
    await (fault === 'read 503' ? calls.read() : calls.write());
  } catch {
    // Every call fails. The result is the number of requests that reached the origin.
  }
  return fault === 'write refused' ? origin.refused : origin.requests.length;
}

function open(sdk: Sdk, mode: Mode, url: string): Calls {
  return mode === 'recipe' ? sdk.recipe(url) : sdk.open(url, mode === 'judged' ? JUDGE : undefined);
}
