import type { Clock } from '@twicesafe/core';
import { DEFAULTS, wait } from '@twicesafe/core/adapter';
import { anySignal, readBytes } from '@twicesafe/evidence';
import type { Input, Options } from 'ky';

/** The longest that a retry waits until it is known whether a streamed body can be sent again, in milliseconds. */
const READ_MS = 1000;

/**
 * The body of a call. ky copies every request before it sends it, however long the body is. This bounds the copies. It
 * skips streams and long bodies of requests that cannot be repeated, and copies `bufferRequestBytes` if the caller
 * allows it.
 */
export class KyBody {
  /** Whether fetch reads a stream, whose own error may be the one that it rejects with. */
  readonly stream: boolean;
  readonly #limit: number | undefined;
  readonly #long: boolean;
  readonly #blob: Blob | undefined;
  readonly #given: unknown;
  readonly #hasBody: boolean;
  #json: string | undefined;
  #used = false;
  #kept: Promise<void> | undefined;

  /**
   * @param bufferBytes - The most that may be kept of a stream.
   * @param copies - Whether ky copies the request. It does not if there is no retry.
   */
  constructor(input: Input, { body, json, hooks, onUploadProgress }: Options, bufferBytes: number, copies: boolean) {
    this.#given = body;
    const streamed = json === undefined && isStream(body);
    const inherited = json === undefined && !body && input instanceof Request && input.body !== null;
    this.#hasBody = inherited || json !== undefined;
    this.stream = streamed || inherited || onUploadProgress !== undefined;
    this.#long = json === undefined && lengthOf(body) > DEFAULTS.requestCopyBytes;
    if (!copies) return;
    if (this.#long && body instanceof Blob) this.#blob = body;
    // An afterResponse hook may force a retry of any request, so ky must have its copy.
    if (hooks?.afterResponse?.length) return;
    if (this.#long) this.#limit = 0;
    else if (streamed) this.#limit = bufferBytes;
    // A Request does not show how long its body is.
    else if (inherited) this.#limit = Math.max(bufferBytes, DEFAULTS.requestCopyBytes);
  }

  /** Whether the body was sent without a copy. */
  get used(): boolean {
    return this.#used;
  }

  /** What ky sends, if it can be read, as text or bytes. null if ky sends a request without a body. */
  get content(): unknown {
    return this.#json ?? this.#given ?? (this.#hasBody ? undefined : null);
  }

  /** ky makes the body out of the `json` option. */
  see(json: string): string {
    this.#json = json;
    return json;
  }

  /** Whether ky must not copy the request as it usually does. */
  get isGuarded(): boolean {
    return this.#limit !== undefined || this.#blob !== undefined;
  }

  /**
   * Bounds the copy that ky makes of this request, just before it is sent.
   *
   * @param isOriginal - Whether ky built the request from this body, so that it wasn't replaced by a hook.
   */
  guard(request: Request, isOriginal: boolean, repeatable: boolean): void {
    const [limit, blob] = [this.#limit, this.#blob];
    if (!request.body) return;
    if (blob) {
      if (isOriginal) replaceClone(request, () => this.#fromBlob(request, blob));
    } else if (limit !== undefined && !(this.#long && (repeatable || !isOriginal))) {
      replaceClone(request, () => (limit > 0 ? this.#keep(request, limit) : this.#useUp(request)));
    }
  }

  /** Waits until it is known whether the copy is complete, because a server may answer before it has read the body. */
  async settled(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#kept) return;
    const over = new AbortController();
    const late = wait(READ_MS, clock, anySignal(signal ? [over.signal, signal] : [over.signal])).then(
      () => {
        this.#used = true;
      },
      () => {},
    );
    await Promise.race([this.#kept, late]);
    over.abort();
  }

  /** A Blob can be read any number of times, so its bytes aren't copied. */
  #fromBlob(request: Request, blob: Blob): Request {
    const copy = new Request(request, { body: blob });
    replaceClone(copy, () => this.#fromBlob(copy, blob));
    return copy;
  }

  #useUp(request: Request): Request {
    this.#used = true;
    return request;
  }

  #keep(request: Request, limit: number): Request {
    const copy = request.clone();
    const drop = (): void => {
      this.#used = true;
      bodyOf(copy)
        .cancel()
        .catch(() => {});
    };
    // Read from a second copy: the first stays as ky made it, and its memory is freed as soon as it is too long.
    this.#kept = readBytes(bodyOf(request.clone()), limit).then((bytes) => {
      if (!bytes) drop();
    }, drop);
    return copy;
  }
}

/** Replaces `clone` for the one time that ky calls it. Then the caller's fetch may copy the request as usual. */
function replaceClone(request: Request, clone: () => Request): void {
  request.clone = () => {
    Reflect.deleteProperty(request, 'clone');
    return clone();
  };
}

/** The body of a request that has one. */
function bodyOf(request: Request): ReadableStream<Uint8Array> {
  return request.body as ReadableStream<Uint8Array>;
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);
}

/** The length in bytes. For a form, the length of its files. */
function lengthOf(body: unknown): number {
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return body instanceof FormData ? [...body.values()].reduce((sum, value) => sum + lengthOf(value), 0) : 0;
}
