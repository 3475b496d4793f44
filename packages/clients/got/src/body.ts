import type { Operation } from '@twicesafe/core/adapter';
import { BufferedBody, formDataBody } from '@twicesafe/evidence';
import type { Options } from 'got';
import type { GotRetryOptions } from './options.ts';
import type { SentOptions } from './traits.ts';

/** A body that starts over each time it is read. got reads it once for each attempt, and again for a redirect. */
class ReplayableBody implements AsyncIterable<Uint8Array> {
  readonly #open: () => AsyncIterable<Uint8Array>;
  readonly #buffered: BufferedBody | undefined;

  constructor(open: () => AsyncIterable<Uint8Array>, buffered?: BufferedBody) {
    this.#open = open;
    this.#buffered = buffered;
  }

  /** The bytes as text, where they are known. */
  get text(): string | undefined {
    return this.#buffered?.text;
  }

  /** Whether a copy was needed that isn't there. */
  get used(): boolean {
    return this.#buffered !== undefined && this.#buffered.bytes === undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#open()[Symbol.asyncIterator]();
  }
}

/**
 * Replaces the body in got's options by one that every attempt can send, where that is possible. A form gets one
 * boundary for all attempts, and bytes are copied, because the caller may change them meanwhile.
 *
 * @throws {TypeError} If the caller gave two bodies.
 */
export function makeReplayable(options: Options, operation: Operation, make: GotRetryOptions['body']): void {
  const { body, json, form } = options;
  if (make) {
    if (body !== undefined || json !== undefined || form !== undefined)
      throw new TypeError('The body must be context.retry.body, or one of body, json and form, not both');
    options.body = new ReplayableBody(() => checked(make()));
  } else if (body instanceof FormData) {
    const bytes = formDataBody(body, operation.clock.uuid());
    options.headers['content-type'] ??= bytes.type;
    options.headers['content-length'] ??= String(bytes.size);
    options.body = new ReplayableBody(() => bytes.stream());
  } else if (ArrayBuffer.isView(body)) {
    if (operation.mayRepeat) options.body = new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  } else if (isAsyncIterable(body) && operation.settings.bufferRequestBytes > 0 && operation.mayRepeat) {
    const buffered = new BufferedBody(operation.settings.bufferRequestBytes);
    options.body = new ReplayableBody(() => buffered.bytes?.stream() ?? buffered.tap(body), buffered);
  }
}

/** The body that got sends, where it can be read: text or bytes. Before its hooks run, got has not written it yet. */
export function contentOf({ body, json, form, stringifyJson }: SentOptions): unknown {
  if (body instanceof ReplayableBody) return body.text;
  if (json !== undefined) return stringifyJson(json);
  return form ? new URLSearchParams(form as Record<string, string>) : body;
}

/** Whether a body was read and cannot be read again. got destroys a stream even if it never sent it. */
export function isUsed(body: unknown): boolean {
  if (body instanceof ReplayableBody) return body.used;
  return typeof body === 'object' && !ArrayBuffer.isView(body) && !Array.isArray(body);
}

function isAsyncIterable(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function checked(body: unknown): AsyncIterable<Uint8Array> {
  if (isAsyncIterable(body)) return body;
  throw new TypeError(`context.retry.body must return a stream or another async iterable, not ${typeof body}`);
}
