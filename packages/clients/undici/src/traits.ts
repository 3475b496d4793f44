import { stringify } from 'node:querystring';
import { type HeadersLike, type HeadersSource, headersFrom, type RequestTraits } from '@twicesafe/core/adapter';
import type { DispatchOptions } from './options.ts';

/** The part of a dispatch that the policy may read. Each part is worked out when it is asked for. */
export class DispatchTraits implements RequestTraits {
  readonly method: string;
  readonly #origin: string;
  readonly #path: string;
  readonly #query: DispatchOptions['query'];
  readonly #headers: unknown;

  constructor({ method, origin = '', path, query, headers }: DispatchOptions) {
    this.method = method;
    this.#origin = String(origin);
    this.#path = path;
    this.#query = query;
    this.#headers = headers;
  }

  /** The target of the request, if undici provides it. It is empty for a `Client` or a `Pool` before undici 8.12. */
  get origin(): string {
    return URL.canParse(this.#origin) ? new URL(this.#origin).origin : this.#origin;
  }

  get url(): string {
    const query = this.#query ? `?${stringify(this.#query)}` : '';
    // Not as a relative reference: `//other/` is a path here. A proxy is given an absolute URL as the path.
    const url = (this.#path.startsWith('/') ? this.origin : '') + this.#path + query;
    return URL.canParse(url) ? new URL(url).href : url;
  }

  get headers(): HeadersLike {
    return headersFrom((this.#headers ?? undefined) as HeadersSource | undefined);
  }
}
