import type { KeyScheme } from '../keys/scheme.ts';
import type { BodyJudge } from './body-judge.ts';
import type { Rule } from './rules.ts';
import type { RequestRule } from './semantics.ts';
import type { HeadersLike, RequestTraits } from './traits.ts';

/**
 * What a request means beyond its method, as `protocol()` makes it. For example, a GraphQL query by POST is safe, but a
 * GraphQL mutation by GET isn't.
 *
 * Its functions are pure, never throw, take time linear in their input, and are called only after an attempt failed or
 * when an idempotency key may be needed, so a success is free. The first protocol whose `read` recognizes a request
 * speaks for it. Rules and the caller's own options come before protocols.
 */
export interface Protocol {
  /** The name of the protocol, for people: `GraphQL`. */
  readonly name: string;
  /**
   * Whether a reading may have an `idempotencyKey`. Such a protocol is also asked before the first attempt of a request
   * whose method isn't idempotent, or that has a key.
   */
  readonly namesKeys?: boolean;
  /** Reads a request. Returns undefined if the request does not belong to this protocol or can't be read. */
  read(request: ProtocolRequest): ProtocolReading | undefined;
  /** Judges the responses to the requests that `read` recognizes, before the client decides what follows. */
  readonly judge?: BodyJudge | undefined;
  /**
   * Opens a reader of one request for several protocols.
   *
   * @internal
   */
  openReader(traits: RequestTraits, protocols: readonly Protocol[], body: unknown): ProtocolReader;
}

/** Asks the protocols about one request, each at most once for each question. */
export interface ProtocolReader {
  /** Whether a protocol may still have something to say. */
  readonly isUnread: boolean;
  /** Whether a body may have to be judged. */
  readonly mayJudge: boolean;
  /** The judge of the protocol that recognized the request. */
  readonly judge: BodyJudge | undefined;
  /**
   * What the rules say about the request, combined with what the first protocol that recognizes it reads in it.
   * Called once, while `isUnread`.
   *
   * @throws Whatever a protocol throws.
   */
  ruleWith(declared: Rule | undefined): RequestRule | undefined;
  /**
   * The key scheme that the first of the protocols that name keys reads in the request.
   *
   * @param retries - Whether there may be more than one attempt.
   * @throws Whatever a protocol throws.
   */
  keyScheme(retries: boolean): KeyScheme | undefined;
  /** Whether the protocol that recognizes the request may want to see this response. Leaves the request unread. */
  wants(response: ProtocolResponse): boolean;
  /** Ends the use of protocols, so that a response doesn't keep the request body in memory. */
  release(): void;
}

/** What a protocol sees of a request. */
export interface ProtocolRequest {
  /** The method as sent: an exact, case-sensitive token. */
  readonly method: string;
  /** The absolute URL, with its query. */
  readonly url: string;
  /** The request headers as sent, including the `Content-Type` that the client derives from the body. */
  readonly headers: HeadersLike;
  /**
   * Returns the replayable body as text, or undefined if reading it would consume it. Called at most once per reading.
   */
  body(): string | undefined;
}

/** What a protocol sees of a response. */
export interface ProtocolResponse {
  /** The HTTP status code. */
  readonly status: number;
  /** The response headers. */
  readonly headers: HeadersLike;
}

/**
 * The semantics that a protocol gives a request, in place of those of its method (RFC 9110 section 9.2).
 *
 * - `safe`: it only reads. Repeatable, without an effect to report.
 * - `idempotent`: a duplicate is harmless. Repeatable.
 * - `unsafe`: treated like POST, whatever the method. A proof, a key or a precondition may still allow a retry.
 * - `method`: the protocol leaves the decision to the method.
 */
export type ProtocolSemantics = 'safe' | 'idempotent' | 'unsafe' | 'method';

/** What a protocol reads in a request. */
export interface ProtocolReading {
  /** What the request is, as a noun phrase for people: GraphQL query `Orders`. At most about 120 characters. */
  readonly subject: string;
  /** What the request may do. What can't be read keeps the verdict of the method or lowers it, and never raises it. */
  readonly semantics: ProtocolSemantics;
  /** How the server takes an idempotency key for this request, if the protocol knows. */
  readonly idempotencyKey?: ProtocolKey | undefined;
  /**
   * Statuses that are transient for this request, in addition to the usual ones. They never allow a retry by
   * themselves.
   */
  readonly transientStatuses?: readonly number[] | undefined;
}

/** An idempotency key that an API description declares. */
export interface ProtocolKey {
  /** What the description says about the key. The defaults of `keys.custom` fill in the rest. */
  readonly scheme: Pick<KeyScheme, 'header'> & Partial<KeyScheme>;
  /**
   * When to make a key.
   *
   * - `always`: the server requires one, even for a single attempt.
   * - `for-retries`: the server takes one, so make it whenever a retry is possible.
   * - `never`: a random UUID does not fit the declared length or pattern. Only a key that the caller supplies counts.
   */
  readonly make: 'always' | 'for-retries' | 'never';
}

/** What a response means, when its status does not say so. */
export interface ProtocolAnswer {
  /**
   * Whether another attempt is worthwhile. Whether it is allowed is a separate question.
   *
   * - `success`: the request succeeded.
   * - `transient`: another attempt may get a better answer.
   * - `final`: another attempt would get the same answer. Unless `refused` is set, the request may have taken effect.
   */
  readonly verdict: 'success' | 'transient' | 'final';
  /**
   * The page that documents that a server that answers like this did not process the request. With it, even a POST may
   * be sent again, unless an earlier attempt is in doubt. Without it, the answer isn't proof.
   */
  readonly refused?: string | undefined;
  /** The wait that the body asks for, in milliseconds. Waits in headers are read elsewhere. The longest one counts. */
  readonly waitMs?: number | undefined;
  /** What the answer is, as a noun phrase for people: GraphQL error `THROTTLED`. */
  readonly subject: string;
}
