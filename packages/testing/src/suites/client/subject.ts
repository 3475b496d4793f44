import { Origin } from '../../origin/origin.ts';

/** One attempt, as far as the suite looks into it. */
export interface AttemptLike {
  readonly number: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly outcome: { readonly type: string; readonly kind?: string; readonly status?: number };
  readonly delivery: string;
  readonly decision: DecisionLike;
}

/** A decision, as far as the suite looks into it. */
interface DecisionLike {
  readonly action: string;
  readonly reason: string;
  readonly waitMs?: number;
  readonly subject?: string;
}

/** What a wrapped client says of an operation, as far as the suite looks into it. */
export interface ReportLike {
  readonly attempts: readonly AttemptLike[];
  readonly decision: DecisionLike;
  readonly effect: string;
  readonly effectReason: string;
  readonly idempotencyKey: string | undefined;
  readonly elapsedMs: number;
}

/** A request, in terms that all clients understand. */
export interface RequestInitLike extends Omit<RequestInit, 'body'> {
  readonly body?: unknown;
  readonly duplex?: 'half';
  readonly dispatcher?: unknown;
  readonly retry?: { readonly idempotent?: boolean; readonly idempotencyKey?: string; readonly deadlineMs?: number };
}

/** Sends one request. Resolves with the response, whatever its status; rejects with the client's own error. */
export type Send = (input: string | Request, init?: RequestInitLike) => Promise<Response>;

/**
 * What a client does otherwise than fetch, by its own design.
 *
 * - `node-http`: it sends by node:http, which lacks dispatchers and doesn't follow the Fetch standard either.
 * - `not-fetch`: it doesn't follow the Fetch standard, so it allows all ports and doesn't resend after a 421 by itself.
 * - `whole-bodies`: it reads every response to its end before it hands anything over.
 * - `one-connection`: after a connection that was never made it fails by itself, before the retry (got 14 and 15).
 */
export type Difference = 'node-http' | 'not-fetch' | 'whole-bodies' | 'one-connection';

/** A wrapped client under test. */
export interface Subject {
  readonly name: string;
  readonly differs?: readonly Difference[];
  /** Wraps the client again. The options are those of `createRetryPolicy`. */
  wrap(options: Readonly<Record<string, unknown>>): Send;
  reportOf(settled: unknown): ReportLike | undefined;
  /** The functions of these names, which make values for the options. */
  readonly makers: Makers;
}

interface Makers {
  reauthorize(given: never): object;
  bodyJudge(judge: never, options: never): object;
  protocol(given: never): object;
}

/**
 * A time limit that a busy machine keeps for an answer that comes at once, and that a test can wait for, in
 * milliseconds.
 */
export const LIMIT_MS = 500;

/** Whether a client does something otherwise than fetch. */
export function differs({ differs = [] }: Subject, difference: Difference): boolean {
  return differs.includes(difference);
}

/** An origin, and a client that does not wait long between attempts. */
export interface Stage extends AsyncDisposable {
  readonly origin: Origin;
  readonly send: Send;
}

type Plain = Readonly<Record<string, unknown>>;

/** The options with judges and protocols as the package makes them of plain ones. */
function madeOf({ makers }: Subject, options: Plain): Plain {
  const { rules, protocols } = options as Readonly<Record<'rules' | 'protocols', readonly Plain[] | undefined>>;
  const judged = (given: Plain): Plain => {
    const judge = given.judge as { readonly wants?: unknown } | undefined;
    return judge ? { ...given, judge: makers.bodyJudge(judge as never, { wants: judge.wants } as never) } : given;
  };
  return {
    ...options,
    ...(rules && { rules: rules.map(judged) }),
    ...(protocols && { protocols: protocols.map((given) => makers.protocol(judged(given) as never)) }),
  };
}

/**
 * Sets up an origin and a wrapped client; `options` beat the short backoff.
 *
 * @example
 * await using stage = await stageFor(subject, { maxAttempts: 2 });
 * await stage.send(stage.origin.url, { method: 'PUT' });
 */
export async function stageFor(subject: Subject, options: Readonly<Record<string, unknown>> = {}): Promise<Stage> {
  const origin = await Origin.listen();
  const send = subject.wrap({ backoff: () => 1, ...madeOf(subject, options) });
  return { origin, send, [Symbol.asyncDispose]: () => origin.close() };
}

/** Whether a client follows the Fetch standard. */
export function isFetch(subject: Subject): boolean {
  return !differs(subject, 'node-http') && !differs(subject, 'not-fetch');
}
