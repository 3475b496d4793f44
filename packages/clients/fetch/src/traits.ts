import {
  type HeadersLike,
  type HeadersSource,
  headersFrom,
  methodSemantics,
  type RequestTraits,
} from '@twicesafe/core';

// https://fetch.spec.whatwg.org/#concept-method-normalize: these, and only these. `patch` stays a method of its own.
const NORMALIZED = /^(?:delete|get|head|options|post|put)$/i;

/** The part of an init that the policy may know. */
interface TraitsInit {
  readonly method?: string | undefined;
  readonly headers?: HeadersInit | undefined;
}

/** What the policy may know about a call of fetch. Each part is worked out when it is asked for, which mostly is never. */
export class FetchTraits implements RequestTraits {
  readonly method: string;
  readonly #input: string | Request;
  readonly #init: HeadersInit | undefined;
  #headers: HeadersLike | undefined;

  constructor(input: string | Request, init: TraitsInit | undefined) {
    this.#input = input;
    // Not the whole init: the body must not live as long as the report.
    this.#init = init?.headers ?? (typeof input === 'string' ? undefined : input.headers);
    this.method = methodOf(input, init);
  }

  get url(): string {
    if (typeof this.#input !== 'string') return this.#input.url;
    try {
      return new URL(this.#input, globalThis.location?.href).href;
    } catch {
      return this.#input;
    }
  }

  get headers(): HeadersLike {
    this.#headers ??= headersFrom(this.#init as HeadersSource | undefined);
    return this.#headers;
  }
}

/** The method as fetch sends it. */
function methodOf(input: string | Request, init: TraitsInit | undefined): string {
  const method = init?.method ?? (typeof input === 'string' ? 'GET' : input.method);
  return !methodSemantics(method).registered && NORMALIZED.test(method) ? method.toUpperCase() : method;
}
