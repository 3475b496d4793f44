import type { HeadersLike, RequestTraits } from '@twicesafe/core/adapter';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';

/**
 * The part of an axios request that the policy may read. The URL is worked out when it is asked for, which mostly is
 * never.
 */
export class AxiosTraits implements RequestTraits {
  readonly method: string;
  readonly headers: HeadersLike;
  readonly #urlOf: () => string;
  #url: string | undefined;

  /** @param urlOf - Builds the URL as axios does, with `baseURL` and `params`. */
  constructor({ method, headers }: InternalAxiosRequestConfig, urlOf: () => string) {
    // axios' adapters send every method in upper case.
    this.method = String(method).toUpperCase();
    this.headers = headersOf(headers);
    this.#urlOf = urlOf;
  }

  get url(): string {
    this.#url ??= absolute(this.#urlOf());
    return this.#url;
  }
}

/**
 * axios' headers as the core reads them: axios returns undefined for a missing one, `false` for a removed one, and
 * arrays.
 */
export function headersOf(headers: InternalAxiosRequestConfig['headers'] | AxiosResponse['headers']): HeadersLike {
  return {
    get(name) {
      const value: unknown = typeof headers?.get === 'function' ? headers.get(name) : headers?.[name];
      if (value === undefined || value === null || value === false) return null;
      return String(value);
    },
  };
}

function absolute(url: string): string {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    return url;
  }
}
