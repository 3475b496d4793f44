import type { ReceivedRequest } from '../origin/received-request.ts';

/** Where one run takes place: a server with a fault in front of its application. */
export interface Stage extends AsyncDisposable {
  /** The root URL for the function, with its final slash. */
  readonly url: string;
  /** Requests and refused connections so far: zero means that the function never came. */
  readonly contacts: number;
  readonly arrivals: number;
  /** Whether the fault was played. */
  readonly reached: boolean;
  /** Whether a request came before the time over that the fault had asked for. */
  readonly early: boolean;
  /** How many more effects than requests of the client there are because the fault sends requests twice. */
  readonly twins: number;
  /** The requests that took effect, as far as this server knows. */
  readonly effects: readonly ReceivedRequest[];
}
