import type { RequestTraits } from '@twicesafe/core/adapter';
import type { Input, Options } from 'ky';

/** A request as the caller described it, before ky builds it. */
export class GivenRequest implements RequestTraits {
  readonly method: string;
  /** Not resolved against `baseUrl` or `prefix`. */
  readonly url: string;
  readonly headers: Headers = new Headers();

  constructor(input: Input, { method }: Options) {
    const request = input instanceof Request ? input : undefined;
    this.method = method?.toUpperCase() ?? request?.method ?? 'GET';
    this.url = request?.url ?? String(input);
  }
}

/**
 * The part of a request that the policy may read. It doesn't contain the request itself, whose body must not live as
 * long as the report.
 */
export function traitsOf({ method, url, headers }: RequestTraits): RequestTraits {
  return { method, url, headers };
}

/** The origin of a URL, or the URL itself without an origin. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
