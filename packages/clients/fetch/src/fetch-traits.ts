import { methodSemantics, type RequestTraits } from '@twicesafe/core';

// https://fetch.spec.whatwg.org/#concept-method-normalize: these, and only these. `patch` stays a method of its own.
const NORMALIZED = /^(?:delete|get|head|options|post|put)$/i;

/** As much of an init as the policy may know. */
interface FetchFields {
  readonly method?: string | undefined;
  readonly headers?: HeadersInit | undefined;
}

/** What the policy may know of a call of fetch. Worked out when somebody asks: mostly nobody does. */
export class FetchTraits implements RequestTraits {
  readonly method: string;
  readonly #input: string | Request;
  readonly #fields: HeadersInit | undefined;
  #headers: Headers | undefined;

  constructor(input: string | Request, init: FetchFields | undefined) {
    this.#input = input;
    // Not the whole init: the body must not live as long as the report does.
    this.#fields = init?.headers ?? (typeof input === 'string' ? undefined : input.headers);
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

  get headers(): Headers {
    this.#headers ??= headersOf(this.#fields);
    return this.#headers;
  }
}

/** The method as fetch sends it. */
export function methodOf(input: string | Request, init: FetchFields | undefined): string {
  const method = init?.method ?? (typeof input === 'string' ? 'GET' : input.method);
  return !methodSemantics(method).registered && NORMALIZED.test(method) ? method.toUpperCase() : method;
}

function headersOf(fields: HeadersInit | undefined): Headers {
  try {
    return new Headers(fields);
  } catch {
    // fetch will say what is wrong with them.
    return new Headers();
  }
}
