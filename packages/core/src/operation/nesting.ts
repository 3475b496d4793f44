import type { RequestTraits } from '../decision/traits.ts';
import type { OperationKey } from '../keys/operation-key.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import { Ambient } from './ambient.ts';
import { Operation } from './operation.ts';
import type { Policy } from './policy.ts';
import { shared } from './shared.ts';

const current = /* @__PURE__ */ shared('nesting.1', () => new Ambient<Nesting>());

/**
 * The sends of one operation, as seen by a wrapped client that is called from inside, through a closure, a bound function or
 * a patched global. That client passes the request through, since three attempts for each of three would be nine.
 */
export class Nesting {
  readonly #operation: Operation;
  readonly #inner = new Map<Policy, Operation>();
  #sending = 0;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** Sends an attempt, so that wrapped clients inside can find the operation until it settles. */
  send<Response>(send: () => Promise<Response>): Promise<Response> {
    this.#sending++;
    const settled = (): void => void this.#sending--;
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

  /** Whether a request that a client inside is about to send is the one that this operation sends. */
  sends({ url }: RequestTraits): boolean {
    return this.#sending > 0 && isSameTarget(url, this.#operation.traits.url);
  }

  /**
   * Adds the inner client's policy when its request passes through. Its prohibitions stay in force, and its key is the same
   * on every attempt of this operation.
   *
   * @param body - The body of the request, if it can be read.
   * @returns The headers that carry the inner policy's key.
   */
  passThrough(
    policy: Policy,
    traits: RequestTraits,
    body: unknown,
    options?: RequestRetryOptions,
  ): OperationKey['headers'] {
    this.#operation.replaceRequest(traits, body, policy.settings);
    let inner = this.#inner.get(policy);
    if (!inner) {
      inner = new Operation(policy, traits, options, undefined, body);
      this.#inner.set(policy, inner);
    }
    return inner.keyHeaders;
  }
}

/** A closure may add a base URL or a query to what it was given, and may send it with another method. */
function isSameTarget(url: string, outer: string): boolean {
  const [inside, given] = [withoutQuery(url), withoutQuery(outer)];
  return inside === given || (!URL.canParse(outer) && given !== '' && inside.endsWith(given));
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** The operation that encloses a request that is about to be sent, if a wrapped client around this one sends it. */
export function enclosing(traits: RequestTraits): Nesting | undefined {
  const nesting = current.value;
  return nesting?.sends(traits) ? nesting : undefined;
}

/** Whether this code runs inside a send of another wrapped client, for a first look that costs little. */
export function mayBeNested(): boolean {
  return current.value !== undefined;
}
