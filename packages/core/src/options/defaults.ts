interface Defaults {
  readonly maxAttempts: number;
  readonly maxPushbackMs: number;
  readonly retryWindowMs: number;
  readonly originGate: 'retries' | 'all' | 'off';
  readonly showQuery: boolean;
  readonly skipWaits: boolean;
  readonly refusedStatuses: readonly number[];
  readonly bufferResponseBytes: number;
  readonly bufferRequestBytes: number;
  readonly requestCopyBytes: number;
  readonly judgedBytes: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  readonly pushbackJitter: number;
  readonly inFlightMs: number;
  readonly tokenBucket: Readonly<
    Record<
      | 'capacity'
      | 'retryCost'
      | 'timeoutCost'
      | 'throttledCost'
      | 'failureCost'
      | 'successDeposit'
      | 'refund'
      | 'floor',
      number
    >
  >;
  readonly windowBudget: Readonly<Record<'ratio' | 'minPerSecond' | 'windowMs', number>>;
  readonly outerRetries: 'proved' | 'judge' | 'off';
  readonly outerRetryMs: number;
  readonly outerAttempts: number;
  readonly outerBurstMs: number;
  readonly innerRetries: 'possible' | 'none';
  readonly refreshTimeoutMs: number;
  readonly refreshCooldownMs: number;
  readonly maxCredentials: number;
  readonly maxOrigins: number;
}

/** Every default, once. Tests compare the `@default` tags and the table in docs/options.md with it. */
export const DEFAULTS: Defaults = /* @__PURE__ */ Object.freeze({
  /** RFC 9110 section 9.2.2 advises against retrying a retry. AWS, gRPC and Google's SRE book use three attempts. */
  maxAttempts: 3,
  /** Longer than this is a maintenance window, not a pause. */
  maxPushbackMs: 60_000,
  /** Without a deadline, an operation must not take much longer than it would without twicesafe. */
  retryWindowMs: 120_000,
  /** A pause that one endpoint asks for must not stop the first request to another. */
  originGate: 'retries',
  /** Keys and signatures travel in queries. */
  showQuery: false,
  skipWaits: false,
  /** The two statuses that the standards define as unprocessed (RFC 9110 section 15.5.20, RFC 8470 section 5.2). */
  refusedStatuses: Object.freeze([421, 425]),
  /** A body this small is worth another request. A longer one is worth its memory only to its reader. */
  bufferResponseBytes: 65_536,
  bufferRequestBytes: 0,
  /** A Request doesn't show whether its body is a stream, so a repeatable one is copied up to this size. */
  requestCopyBytes: 1_048_576,
  /** An error's body is short. A longer body is data, and only its reader should pay for it. */
  judgedBytes: 65_536,
  backoffBaseMs: 100,
  backoffCapMs: 20_000,
  /** How far a wait may exceed the pushback, so that clients with the same pushback spread out. */
  pushbackJitter: 0.2,
  /** The first wait for a copy in flight, if the server names no time. Each further one is twice as long. */
  inFlightMs: 1000,
  /**
   * The bucket of AWS's SDKs at twice their price. It allows a burst of 50 retries, then one for ten successes
   * (docs/pacing.md).
   */
  tokenBucket: Object.freeze({
    capacity: 500,
    retryCost: 10,
    timeoutCost: 10,
    throttledCost: 10,
    failureCost: 0,
    successDeposit: 1,
    refund: 1,
    floor: 0,
  }),
  /** Finagle's retry budget allows a fifth of the traffic, and at least ten retries a second. */
  windowBudget: Object.freeze({ ratio: 0.2, minPerSecond: 10, windowMs: 10_000 }),
  /** A loop above us is only taken for one where its own headers prove it. */
  outerRetries: 'proved',
  /** SDKs repeat within seconds. After a minute, a second call is probably intentional. */
  outerRetryMs: 60_000,
  /**
   * An SDK's loop makes three to eleven calls. The first two repeats may meet a recovered server, and the others add
   * load.
   */
  outerAttempts: 2,
  /** SDKs wait at most about eight seconds between two calls. A later call polls, and is always sent. */
  outerBurstMs: 10_000,
  /** A fetch, an adapter or an interceptor can be a library that retries. */
  innerRetries: 'possible',
  /** Much longer than a token endpoint takes, and not forever: every operation with the old credential waits. */
  refreshTimeoutMs: 30_000,
  /** A refresh that failed is likely to fail again, and a burst of 401s must not become a burst of refreshes. */
  refreshCooldownMs: 10_000,
  /** Old credentials remembered by a policy, since a caller may go on sending one that it once read. */
  maxCredentials: 100,
  /** Origins remembered by a policy. A client with more origins sends too little to each to prolong an outage. */
  maxOrigins: 1000,
});

/** The longest wait of a timer. A longer one fires immediately. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;
