import type { ApplicationAnswer } from '../faults/application-answer.ts';
import type { Fault, FaultName } from '../faults/fault.ts';
import type { ReceivedRequest } from '../origin/received-request.ts';
import type { Settled } from './claim.ts';
import type { Claim } from './verdict.ts';

/** How a function is put to the proof. */
export interface ProofOptions<Client = undefined> {
  /**
   * The faults to play, by name or as members of `faults`.
   *
   * @default all 18
   */
  readonly faults?: readonly (FaultName | Fault)[];
  /**
   * The attempts on which each fault is played. Attempt 2 comes after one refused connection, which every client may
   * retry.
   *
   * @default [1, 2]
   */
  readonly on?: readonly number[];
  /**
   * `virtual` replaces the process's timers, and advances them only while all sockets are idle. Waits end immediately,
   * so you can test a `Retry-After` of an hour. Only for the scripted origin, in this process.
   *
   * @default 'real'
   */
  readonly time?: 'real' | 'virtual';
  /**
   * How many effects the operation has, or a function that counts them where they are stored. The function is called
   * before and after each run, and the difference counts.
   *
   * @default 1
   * @example
   * provesSafe(placeOrder, { effects: () => db.orders.count(), to: 'http://localhost:3000' });
   */
  readonly effects?: number | (() => number | Promise<number>);
  /**
   * How many effects the operation has, if `effects` is a function.
   *
   * @default 1
   */
  readonly expected?: number;
  /** The identity of an effect, for a function that has several: only two with the same identity are a doubling. */
  readonly effectOf?: (request: ReceivedRequest) => string;
  /** What the function claims by the way it settled, if `claimOf` guesses wrong. */
  readonly claim?: (settled: Settled) => Exclude<Claim, 'none'>;
  /** Makes a new client for each run, passed as second argument: shared budgets and breakers distort the verdicts. */
  readonly fresh?: () => Client;
  /**
   * Whether `misled` fails the proof. A client without retries cannot do better.
   *
   * @default false
   */
  readonly strict?: boolean;
  /**
   * Whether `needs key` fails the proof.
   *
   * @default false
   */
  readonly duplicates?: boolean;
  /** Your own server, if the requests go there: faults are played by a proxy in front of it. */
  readonly to?: string | URL;
  /** The application's answer on the scripted origin, for clients that read it. */
  readonly answer?: (request: ReceivedRequest) => ApplicationAnswer;
  /**
   * The header whose idempotency keys the scripted origin honors, or undefined for one that ignores keys.
   *
   * @default 'Idempotency-Key'
   */
  readonly keyHeader?: string | undefined;
  /**
   * The wait that `busy503` and `limited429` ask for, in seconds.
   *
   * @default 1
   */
  readonly retryAfterSeconds?: number;
  /**
   * How late the answer of `slow` comes, in milliseconds. Longer than your client's time limit for an attempt.
   *
   * @default 1_000
   */
  readonly slowMs?: number;
  /**
   * How long a run may take, in milliseconds, before it counts as HUNG.
   *
   * @default 10_000, and a day in virtual time
   */
  readonly limitMs?: number;
  /**
   * How long to wait for requests that the function left behind, in milliseconds, before effects are counted.
   *
   * @default 60
   */
  readonly settleMs?: number;
  /**
   * How many runs go on at once in real time. Always 1 in virtual time, and when `effects` is a function.
   *
   * @default 6
   */
  readonly concurrency?: number;
}
