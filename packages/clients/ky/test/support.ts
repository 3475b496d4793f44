import { Origin, VirtualClock } from '@twicesafe/testing';
import ky, { type Options } from 'ky';
import { type Clock, createRetryPolicy, type RetryOptions, type WrappedKy, wrapKy } from '../src/index.ts';

/** An origin, and a wrapped ky that talks to it and does not wait long. */
export interface Stage extends AsyncDisposable {
  readonly origin: Origin;
  readonly api: WrappedKy;
}

/** A clock of whose time limits each is over at once. */
export class HastyClock extends VirtualClock {
  override after(_: number, callback: () => void): () => void {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  }
}

export async function stageFor(defaults: Options = {}, options: RetryOptions = {}, clock?: Clock): Promise<Stage> {
  const origin = await Origin.listen();
  const policy = createRetryPolicy({ backoff: () => 1, ...options }, clock);
  const api = wrapKy(ky.create({ prefix: origin.url, ...defaults }), policy);
  return { origin, api, [Symbol.asyncDispose]: () => origin.close() };
}
