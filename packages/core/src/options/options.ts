import type { Protocol } from '../decision/protocol.ts';
import type { Rule } from '../decision/rules.ts';
import type { VetoContext } from '../decision/veto.ts';
import type { Confirm } from '../effect/confirmation.ts';
import type { RetryEventListener } from '../effect/event.ts';
import type { KeyScheme } from '../keys/scheme.ts';
import type { Backoff } from '../pacing/backoff.ts';
import type { Budget } from '../pacing/budget.ts';
import type { GateChannel } from '../pacing/gate-channel.ts';
import type { Reauthorize } from './reauthorize.ts';

/** The options of a policy, checked when the policy is created. Every default is safe. */
export interface RetryOptions {
  /**
   * The most attempts of one operation, the first included. 1 never retries.
   *
   * @default 3
   */
  readonly maxAttempts?: number;
  /**
   * The wait before a retry if the server doesn't name a time.
   *
   * @default backoffs.exponential({ baseMs: 100, capMs: 20_000 })
   */
  readonly backoff?: Backoff;
  /**
   * The time limit of one attempt, in milliseconds. It ends when the response headers arrive, or when a small response
   * was read within the attempt. If an attempt exceeds the limit, the server may have processed it.
   *
   * @default none, so only the client's own timeout applies
   */
  readonly attemptTimeoutMs?: number;
  /**
   * The time limit of the whole operation with all attempts and waits, in milliseconds from its start. If a wait would
   * exceed it, the operation stops immediately.
   *
   * @default none
   */
  readonly deadlineMs?: number;
  /**
   * The longest wait that the server may ask for, in milliseconds. If it asks for more, the operation stops.
   *
   * @default 60_000
   */
  readonly maxPushbackMs?: number;
  /**
   * How long after the operation's start a retry may begin, in milliseconds.
   *
   * @default 120_000
   */
  readonly retryWindowMs?: number;
  /**
   * A limit on the retries to each origin, shared by all operations of the policy. `'none'` removes it.
   *
   * @default budgets.tokenBucket()
   */
  readonly budget?: Budget | 'none';
  /**
   * Which requests to an origin wait after a 429 or 503 (or GitHub's 403) that names a time.
   *
   * - `'retries'`: retries of all operations. First attempts are sent immediately, because one endpoint's 429 must not
   *   stop a health check.
   * - `'all'`: first attempts too. Each waits once, unless its deadline is earlier. For rate-limited APIs.
   * - `'off'`: only the retries of the operation that got the response.
   *
   * @default 'retries'
   */
  readonly originGate?: 'retries' | 'all' | 'off';
  /**
   * Shares the pauses that origins ask for with other processes, so that they wait too. See {@link GateChannel}.
   *
   * @default none
   */
  readonly gateChannel?: GateChannel;
  /**
   * The name of a header that contains the number of the attempt, counted from 1.
   *
   * @default none
   */
  readonly attemptHeader?: string;
  /**
   * The name of a header that informs the server how long the client will keep waiting, in whole milliseconds. The time
   * ends with the deadline or the attempt's own limit, whichever is earlier. Without a limit, the header is omitted.
   *
   * @default none
   */
  readonly timeLeftHeader?: string;
  /**
   * How the servers of this policy take idempotency keys. Each operation then has one, and POST becomes repeatable.
   *
   * @default none
   */
  readonly idempotencyKey?: KeyScheme;
  /**
   * Overrides for some requests, matched by method and URL. The first matching rule applies.
   *
   * @default []
   */
  readonly rules?: readonly Rule[];
  /**
   * Protocols that say what a request means beyond its method, from `@twicesafe/protocols` or your own. The first one
   * that recognizes a request decides its meaning. Rules and the options of a call take precedence. A protocol is
   * called only after an attempt failed, or when a key may be needed, and reads only bodies that can be sent again.
   *
   * @default []
   * @example
   * wrapFetch({ protocols: [graphql(), jsonRpc(ethereum)] });
   */
  readonly protocols?: readonly Protocol[];
  /**
   * How to get a new credential after a 401. All operations that sent the old one share one refresh. Then each is sent
   * once more, even a POST, because a 401 was not applied (RFC 9110 section 15.5.2). That doesn't count as an attempt.
   * If a refresh fails, each caller gets its own unread 401.
   *
   * @default none
   * @example
   * wrapFetch({ reauthorize: reauthorize({ credential: () => session.token, refresh: () => session.refresh() }) });
   */
  readonly reauthorize?: Reauthorize;
  /**
   * Statuses that prove that the request wasn't processed, so that even a POST may be retried. Add 429 or 503 if your
   * servers return them before doing any work.
   *
   * @default [421, 425]
   */
  readonly refusedStatuses?: readonly number[];
  /**
   * The largest successful response to read within the attempt, in announced bytes. If such a response is truncated,
   * the attempt has failed and may be retried. It applies only if the request may be retried and the client can still
   * return the same response, and never to event streams. With 0, a response is returned when its headers arrive.
   *
   * @default 65_536
   */
  readonly bufferResponseBytes?: number;
  /**
   * The largest streamed request body to buffer, in bytes, so that it can be sent again. A longer one is sent once.
   *
   * @default 0
   */
  readonly bufferRequestBytes?: number;
  /**
   * Forbids a retry by returning `false`. It is called only if a retry is possible, and can't allow an unsafe one.
   *
   * @default none
   * @example
   * wrapFetch({ shouldRetry: ({ attempt, outcome }) => !(outcome.type === 'failure' && attempt > 1) });
   */
  readonly shouldRetry?: (context: VetoContext) => boolean;
  /**
   * How to treat the retries of a loop above this client, such as an SDK's own. Such a call counts as one more attempt
   * of the same operation. If the request is unsafe and may have been processed, the call ends with the previous
   * outcome. Otherwise, it is sent once, with the same key.
   *
   * - `'proved'`: only if the request's own headers count the attempts (OpenAI, Anthropic, Supabase, AWS).
   * - `'judge'`: also if method, URL, body and key are those of an operation that ended in the last minute. For clients
   *   that an SDK uses alone. The loop gets two more attempts than `maxAttempts`, and then the previous outcome, unless
   *   it waits for more than ten seconds.
   * - `'off'`: every call is a new operation.
   *
   * @default 'proved'
   */
  readonly outerRetries?: 'proved' | 'judge' | 'off';
  /**
   * Whether a function that this client sends through, such as your own fetch, adapter or interceptor, may send several
   * copies of a request.
   *
   * - `'possible'`: a status that comes through such a function proves that the request wasn't processed only if it
   *   answers every copy that twicesafe saw. In Node, twicesafe sees the requests of fetch, undici and `node:http`.
   *   Elsewhere it can't.
   * - `'none'`: you state that each request is sent at most once, as by the runtime's own fetch.
   *
   * @default 'possible'
   */
  readonly innerRetries?: 'possible' | 'none';
  /**
   * Shows query values in reports, events and explanations. They often contain keys and signatures.
   *
   * @default false
   */
  readonly showQuery?: boolean;
  /**
   * Skips every wait (backoff, pushback and gate), for tests.
   *
   * @default false
   */
  readonly skipWaits?: boolean;
  /**
   * Checks whether an operation that ended in doubt (`maybe-applied`) took effect. It is called once, at the end,
   * within the deadline. The operation waits for it, and only the report changes.
   *
   * @default none
   */
  readonly confirm?: Confirm;
  /**
   * Receives every event of every operation as it happens. Its errors are ignored.
   *
   * @default none
   */
  readonly onEvent?: RetryEventListener;
}
