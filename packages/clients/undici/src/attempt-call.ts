import type { Clock } from '@twicesafe/core';
import type { Caller } from './caller.ts';
import type { DispatchedRequest } from './dispatch-evidence.ts';

/** What an attempt needs of the call that it belongs to. */
export interface AttemptCall extends DispatchedRequest {
  readonly clock: Clock;
  readonly caller: Caller;
  /** Holds a successful response of at most this many bytes until it is complete. 0 turns holding off. */
  readonly holdBytes: number;
}
