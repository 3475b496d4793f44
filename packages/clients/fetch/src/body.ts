import { DEFAULTS, type Operation } from '@twicesafe/core/adapter';
import { BufferedBody, type FetchInit, formDataBody } from '@twicesafe/evidence';
import type { FetchRetryOptions } from './options.ts';
import { requestMember } from './request-member.ts';

/** The body of an operation, with the same bytes on every attempt while they are available. */
export interface FetchBody {
  /** Whether the next attempt would send an empty or a cut body. Asked after an attempt. */
  readonly used: boolean;
  /** Whether fetch reads a stream, whose own error may be the one that it rejects with. */
  readonly stream: boolean;
  /** Waits until the next attempt's bytes have arrived or failed. Undefined if they are available. */
  ready?(): Promise<boolean> | undefined;
  /** The body as text, where it is not that of the init. */
  text?(): string | undefined;
  /** The body in pieces, where it is not that of the init. */
  chunks?(): readonly Uint8Array[] | undefined;
  /** Changes the init of an attempt so that it carries the body. `attempt` counts from 1. */
  fill?(init: FetchInit, attempt: number): void;
}

/** A body that fetch can send any number of times. */
const REPLAYABLE: FetchBody = /* @__PURE__ */ Object.freeze({ used: false, stream: false });
/** A body that can be read once. fetch locks it immediately. */
const ONE_SHOT: FetchBody = /* @__PURE__ */ Object.freeze({ used: true, stream: true });

/**
 * How the body of an operation can be sent again. Copies what the caller may still change. Even a request that may not
 * be retried is sent again if it was never sent.
 *
 * @param init - The operation's own: its body may be replaced by a replayable one.
 * @throws {TypeError} If the caller gave two bodies.
 */
export function fetchBody(
  operation: Operation,
  input: string | Request,
  init: FetchInit | undefined,
  make: FetchRetryOptions['body'],
): FetchBody {
  const body: unknown = init?.body;
  if (make) {
    if (body !== undefined && body !== null)
      throw new TypeError('The body must be init.body or init.retry.body, not both');
    return madeBody(make);
  }
  if (!init || body === undefined || body === null)
    return typeof input === 'string' || !requestMember(input, 'body') ? REPLAYABLE : requestBody(operation, input);
  if (typeof body !== 'object' || isA('Blob', body)) return REPLAYABLE;
  if (
    isA('URLSearchParams', body) ||
    isA('FormData', body) ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  ) {
    init.body = replayableCopy(body as Copied, operation);
    return REPLAYABLE;
  }
  return streamBody(operation, init, body);
}

type Copied = URLSearchParams | FormData | ArrayBuffer | ArrayBufferView;

/** Whether a value is an instance of a platform class that some runtimes lack (React Native lacks ReadableStream). */
function isA(name: 'Blob' | 'FormData' | 'URLSearchParams' | 'ReadableStream', value: object): boolean {
  const Kind: unknown = globalThis[name];
  return typeof Kind === 'function' && value instanceof Kind;
}

/** Copies what fetch itself would copy during the call, because the caller may change its object afterwards. */
function replayableCopy(body: Copied, { clock, mayRepeat }: Operation): NonNullable<RequestInit['body']> {
  if (body instanceof ArrayBuffer) return body.slice();
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice() as never;
  if (!isA('FormData', body)) return new URLSearchParams(body as URLSearchParams);
  return mayRepeat ? formDataBody(body as FormData, clock.uuid()) : copyForm(body as FormData);
}

/** A form that is sent at most once, so its boundary may change. */
function copyForm(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) copy.append(name, value);
  return copy;
}

function madeBody(make: () => unknown): FetchBody {
  return {
    used: false,
    stream: true,
    fill(init) {
      const body = make();
      if (body === undefined || body === null || typeof (body as { then?: unknown }).then === 'function') {
        const given = body === undefined || body === null ? String(body) : 'a promise';
        throw new TypeError(`init.retry.body must return a body, not ${given}`);
      }
      init.body = body as NonNullable<RequestInit['body']>;
      // fetch asks for this member with a stream, and ignores it otherwise.
      init.duplex ??= 'half';
    },
  };
}

/**
 * A stream, or an async iterable such as a Node stream. fetch locks a web stream when it is called. An iterable is read
 * only once a connection takes the request, so after an attempt that was never sent it can be sent again.
 */
function streamBody(operation: Operation, init: FetchInit, stream: object): FetchBody {
  const limit = operation.settings.bufferRequestBytes;
  const buffers = limit > 0 && operation.mayRepeat;
  if (isA('ReadableStream', stream)) {
    const web = stream as ReadableStream<Uint8Array>;
    return buffers && !web.locked ? teedBody(init, web, limit) : ONE_SHOT;
  }
  const iterable = stream as AsyncIterable<Uint8Array>;
  if (typeof iterable[Symbol.asyncIterator] !== 'function') return ONE_SHOT;
  const buffered = new BufferedBody(buffers ? limit : 0);
  return {
    stream: true,
    get used() {
      return buffered.started && buffered.bytes === undefined;
    },
    text: () => buffered.text,
    fill(init) {
      init.body = (buffered.bytes ?? buffered.tap(iterable)) as NonNullable<RequestInit['body']>;
      init.duplex ??= 'half';
    },
  };
}

function teedBody(init: FetchInit, stream: ReadableStream<Uint8Array>, limit: number): FetchBody {
  const [sent, kept] = stream.tee();
  init.body = sent;
  return keptBody(kept, limit);
}

function requestBody(operation: Operation, request: Request): FetchBody {
  if (requestMember(request, 'bodyUsed')) return ONE_SHOT;
  // Also a request that may not be repeated may be, if it was never sent or was refused.
  const body = requestMember(request, 'clone').call(request).body as ReadableStream<Uint8Array>;
  return keptBody(body, Math.max(operation.settings.bufferRequestBytes, DEFAULTS.requestCopyBytes));
}

/** A body of which a copy is read while the original is sent. */
function keptBody(stream: ReadableStream<Uint8Array>, limit: number): FetchBody {
  const buffered = new BufferedBody(limit);
  const ended = buffered.read(stream);
  return {
    stream: true,
    get used() {
      return buffered.failed;
    },
    // A server may answer before it has read the body, and the rest of the copy comes during the wait.
    ready: () => (buffered.bytes ? undefined : ended),
    text: () => buffered.text,
    chunks: () => buffered.chunks,
    fill(init, attempt) {
      if (attempt > 1) init.body = buffered.bytes as NonNullable<RequestInit['body']>;
    },
  };
}
