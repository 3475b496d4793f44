import type { RequestTraits } from '../decision/traits.ts';
import type { OperationKey } from '../keys/operation-key.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import { Ambient } from './ambient.ts';
import { contentOf } from './content.ts';
import { Operation } from './operation.ts';
import type { Policy } from './policy.ts';
import { shared } from './shared.ts';

const current = /* @__PURE__ */ shared('nesting.2', () => new Ambient<Nesting>());
/** Those that are sending, in any context. */
const sending = /* @__PURE__ */ shared('nestings.2', () => new Set<Nesting>());

/** A request that a client inside is about to send. */
interface InnerRequest {
  readonly policy: Policy;
  readonly traits: RequestTraits;
  readonly body: unknown;
  readonly options: RequestRetryOptions | undefined;
  /** Identifies the body, if it can be compared. */
  readonly content: string | undefined;
}

/** What carries the key of such a request, and the number of the send that it was last seen in. */
interface Inner {
  readonly operation: Operation;
  readonly sentIn: number;
}

/**
 * The sends of one operation, as seen by a wrapped client that is called from inside, through a closure, a bound
 * function or a patched global. That client passes the request through, since three attempts for each of three would be
 * nine.
 */
export class Nesting {
  readonly #operation: Operation;
  readonly #body: unknown;
  readonly #inner = new Map<Policy, Map<string, Inner>>();
  #sending = 0;
  #sends = 0;

  /** @param body - The body of the request, if it can be compared, or a function that returns it or undefined. */
  constructor(operation: Operation, body: unknown) {
    this.#operation = operation;
    this.#body = body;
  }

  /** Sends an attempt, so that wrapped clients inside can find the operation until it settles. */
  send<Response>(send: () => Promise<Response>): Promise<Response> {
    this.#sends++;
    this.#sending++;
    sweep();
    sending.add(this);
    const settled = (): void => {
      this.#sending--;
      if (this.#sending === 0) sending.delete(this);
    };
    try {
      // A mock may return its response without a promise. What sends whenever its `then` is called is asked once.
      const sent = current.run(this, () => Promise.resolve(send()));
      sent.then(settled, settled);
      return sent;
    } catch (error) {
      settled();
      throw error;
    }
  }

  /** Whether the operation is over, although what sends may go on. */
  get isOver(): boolean {
    return this.#operation.isOver;
  }

  /** Whether a request that a client inside is about to send is the one that this operation sends. */
  sends({ url }: RequestTraits): boolean {
    return this.#sending > 0 && isSameTarget(url, this.#operation.traits.url);
  }

  /**
   * Adds the inner client's policy when its request passes through. Its prohibitions stay in force, and its key is the
   * same on every attempt of this operation.
   *
   * @param body - The body of the request, if it can be read, or a function that returns it or undefined.
   * @returns The headers that carry the inner policy's key.
   */
  passThrough(
    policy: Policy,
    traits: RequestTraits,
    body: unknown,
    options?: RequestRetryOptions,
  ): OperationKey['headers'] {
    const request = { policy, traits, body, options, content: contentOf(body) };
    // A queue may send in the context of one operation what it got from another. Else it is a copy that the function
    // inside sends.
    const owner = this.hasSent(request) ? [...sending].find((each) => each.awaits(request)) : undefined;
    return (owner ?? this).pass(request);
  }

  /** Whether this request, or one that can't be told from it, was sent in the course of this attempt. */
  hasSent(request: InnerRequest): boolean {
    return this.#inner.get(request.policy)?.get(nameOf(request))?.sentIn === this.#sends;
  }

  /** Whether this attempt may still have to send this request. */
  awaits(request: InnerRequest): boolean {
    const { traits, content } = request;
    const isMine = traits.method === this.#operation.traits.method && this.sends(traits);
    if (!isMine || this.isOver || this.hasSent(request)) return false;
    const own = contentOf(this.#body);
    return own === content || own === undefined || content === undefined;
  }

  /** Passes a request through. Another request in the course of this operation has another key. */
  pass(request: InnerRequest): OperationKey['headers'] {
    const { policy, traits, body, options } = request;
    this.#operation.replaceRequest(traits, body, policy.settings);
    const requests = this.#inner.get(policy) ?? new Map<string, Inner>();
    this.#inner.set(policy, requests);
    const name = nameOf(request);
    const sentIn = this.#sends;
    const { operation } = requests.get(name) ?? { operation: new Operation(policy, traits, options, undefined, body) };
    requests.set(name, { operation, sentIn });
    return operation.keyHeaders;
  }
}

/**
 * A function that never settles must not keep its operation in memory. Each send looks at the two that wait longest, so
 * that it costs the same however many there are.
 */
function sweep(): void {
  let looks = 2;
  for (const each of sending) {
    if (looks-- === 0) return;
    sending.delete(each);
    if (!each.isOver) sending.add(each);
  }
}

function nameOf({ traits, content }: InnerRequest): string {
  return `${traits.method} ${content}`;
}

/** A closure may add a base URL or a query to what it was given, and may send it with another method. */
function isSameTarget(url: string, outer: string): boolean {
  const [inside, given] = [withoutQuery(url), withoutQuery(outer)];
  return inside === given || (!URL.canParse(outer) && given !== '' && inside.endsWith(given));
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/**
 * The operation that encloses a request that is about to be sent, if a wrapped client around this one sends it.
 *
 * @example
 * const outer = mayBeNested() ? enclosing(traits) : undefined;
 */
export function enclosing(traits: RequestTraits): Nesting | undefined {
  const nesting = current.value;
  return nesting?.sends(traits) ? nesting : undefined;
}

/**
 * Whether this code runs inside a send of another wrapped client, for a first look that costs little.
 *
 * @example
 * const outer = mayBeNested() ? enclosing(traits) : undefined;
 */
export function mayBeNested(): boolean {
  return current.value !== undefined;
}
