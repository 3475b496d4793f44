import {
  type HeadersLike,
  type HeadersSource,
  headersFrom,
  methodSemantics,
  type RequestTraits,
} from '@twicesafe/core/adapter';
import { requestMember } from './request-member.ts';

// https://fetch.spec.whatwg.org/#concept-method-normalize: these, and only these. `patch` stays a method of its own.
const NORMALIZED = /^(?:delete|get|head|options|post|put)$/i;

/** The part of an init that the policy may know. */
interface TraitsInit {
  readonly method?: string | undefined;
  readonly headers?: HeadersInit | undefined;
}

/**
 * The part of a fetch call that the policy may read. Each part is worked out when it is asked for, which mostly is
 * never.
 */
export class FetchTraits implements RequestTraits {
  readonly method: string;
  readonly #input: string | Request;
  readonly #init: HeadersInit | undefined;
  #headers: HeadersLike | undefined;
  #url: string | undefined;

  constructor(input: string | Request, init: TraitsInit | undefined) {
    this.#input = input;
    // Not the whole init: the body must not live as long as the report.
    this.#init = init?.headers ?? (typeof input === 'string' ? undefined : requestMember(input, 'headers'));
    this.method = methodOf(input, init);
  }

  get url(): string {
    this.#url ??= typeof this.#input === 'string' ? absolute(this.#input) : requestMember(this.#input, 'url');
    return this.#url;
  }

  get headers(): HeadersLike {
    this.#headers ??= headersFrom(this.#init as HeadersSource | undefined);
    return this.#headers;
  }
}

/** The URL as fetch sends it, or the caller's value if it isn't a URL. */
function absolute(url: string): string {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    return url;
  }
}

/** The method as fetch sends it. */
function methodOf(input: string | Request, init: TraitsInit | undefined): string {
  const method = init?.method ?? (typeof input === 'string' ? 'GET' : requestMember(input, 'method'));
  return !methodSemantics(method).registered && NORMALIZED.test(method) ? method.toUpperCase() : method;
}
