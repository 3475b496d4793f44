import type { Operation } from '@twicesafe/core/adapter';
import { formDataBody } from '@twicesafe/evidence';
import type { InternalAxiosRequestConfig } from 'axios';
import type { AxiosRetryOptions } from './options.ts';

/** The body of an operation, with the same bytes on every attempt while they are available. */
export interface AxiosBody {
  /** Whether the next attempt would send an empty or a cut body. */
  readonly used: boolean;
  /** Whether the adapter reads a stream, whose own error may be the one that it rejects with. */
  readonly stream: boolean;
  /** The type of the body, where it is not the caller's own. */
  readonly type?: string;
  /** The body of the next attempt. */
  data(): unknown;
}

/**
 * How the body of an operation can be sent again. Copies what the caller may still change, but only if the request may
 * be retried.
 *
 * @param make - The caller's maker of bodies, instead of `config.data`.
 */
export function axiosBody(
  operation: Operation,
  { data, headers }: InternalAxiosRequestConfig,
  make: AxiosRetryOptions['body'],
): AxiosBody {
  if (make) return { used: false, stream: true, data: () => checked(make()) };
  if (typeof data !== 'object' || data === null) return { used: false, stream: false, data: () => data };
  if (isStream(data)) return { used: true, stream: true, data: () => data };
  if (operation.mayRepeat) {
    // With the caller's own boundary axios writes the same bytes each time.
    const bounded = /boundary=/i.test(String(headers.get('content-type')));
    if (isForm(data) && !bounded) {
      const form = formDataBody(data, operation.clock.uuid());
      return { used: false, stream: false, type: form.type, data: () => form };
    }
    const copy = copyOf(data);
    return { used: false, stream: false, data: () => copy };
  }
  return { used: false, stream: false, data: () => data };
}

function checked(body: unknown): unknown {
  if (body !== undefined && body !== null && typeof (body as { then?: unknown }).then !== 'function') return body;
  throw new TypeError(
    `config.retry.body must return a body, not ${body === undefined || body === null ? body : 'a promise'}`,
  );
}

/** A Node stream, the form-data package's form, or a web stream. */
function isStream(data: object): boolean {
  const { pipe, getReader } = data as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}

function isForm(data: object): data is FormData {
  return typeof FormData === 'function' && data instanceof FormData && Symbol.iterator in data;
}

/** Bytes as they are now. A Buffer's copy is one too. */
function copyOf(data: object): object {
  if (data instanceof ArrayBuffer) return data.slice(0);
  return data instanceof Uint8Array ? Uint8Array.prototype.slice.call(data) : data;
}
