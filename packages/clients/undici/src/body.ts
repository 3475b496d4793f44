import { Readable } from 'node:stream';
import type { Operation } from '@twicesafe/core/adapter';
import { BufferedBody, formDataBody } from '@twicesafe/evidence';
import type { UndiciRetryOptions } from './options.ts';

/** The body of an operation, with the same bytes on every attempt while they are available. */
export interface UndiciBody {
  /** Whether a failure may be the body's own, because undici reports the error of a stream as that of the request. */
  readonly mayHaveFailed: boolean;
  /** The body as it is sent, where it can be read: text or bytes. */
  content(): unknown;
  /** The body for the next attempt. */
  next(): unknown;
  /**
   * Whether the next attempt would send an empty or a cut body.
   *
   * @param started - Whether a request was handed to a connection. Only then does undici read a stream.
   */
  used(started: boolean): boolean;
}

/**
 * How the body of an operation can be sent again. Copies bytes that the caller may still change, unless a retry would
 * need proof.
 *
 * @throws {TypeError} If the caller gave two bodies.
 */
export function undiciBody(operation: Operation, body: unknown, make: UndiciRetryOptions['body']): UndiciBody {
  if (make) {
    if (body !== undefined && body !== null) throw new TypeError('The body must be body or retry.body, not both');
    return madeBody(make);
  }
  if (typeof body !== 'object' || body === null || body instanceof Blob) return replayable(body);
  if (isReplayable(body)) return replayable(operation.mayRepeat ? copied(body, operation) : body);
  const limit = operation.mayRepeat ? operation.settings.bufferRequestBytes : 0;
  return limit > 0 && Symbol.asyncIterator in body
    ? bufferedBody(body as Readable, limit)
    : streamBody(body as Readable);
}

type Replayable = FormData | ArrayBuffer | ArrayBufferView | readonly unknown[];

function isReplayable(body: object): body is Replayable {
  return Array.isArray(body) || body instanceof ArrayBuffer || ArrayBuffer.isView(body) || isFormData(body);
}

/** Also undici's own class, which is not the global one. */
function isFormData(body: object): body is FormData {
  return Object.prototype.toString.call(body) === '[object FormData]';
}

/** Undici would choose a new boundary for every attempt. */
function copied(body: Replayable, { clock }: Operation): unknown {
  if (isFormData(body)) return formDataBody(body, clock.uuid());
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  return body.slice();
}

function replayable(body: unknown): UndiciBody {
  return { mayHaveFailed: false, content: () => body, next: () => body, used: () => false };
}

function madeBody(make: NonNullable<UndiciRetryOptions['body']>): UndiciBody {
  const next = (): unknown => {
    const body: unknown = make();
    if (body === undefined || body === null || typeof (body as { then?: unknown }).then === 'function') {
      const given = body === undefined || body === null ? String(body) : 'a promise';
      throw new TypeError(`retry.body must return a body, not ${given}`);
    }
    return body;
  };
  return { mayHaveFailed: true, content: () => undefined, next, used: () => false };
}

/** A stream or an iterable. Undici leaves it alone until a connection takes the request. */
function streamBody(body: Readable): UndiciBody {
  // Read or destroyed.
  const isGone = (): boolean => Readable.isDisturbed(body);
  return {
    get mayHaveFailed() {
      return !(body instanceof Readable) || isGone();
    },
    content: () => undefined,
    next: () => body,
    used: (started) => started || isGone(),
  };
}

function bufferedBody(body: AsyncIterable<Uint8Array>, limit: number): UndiciBody {
  const buffered = new BufferedBody(limit);
  return {
    mayHaveFailed: true,
    content: () => buffered.text,
    next: () => buffered.bytes ?? buffered.tap(body),
    used: () => buffered.started && buffered.bytes === undefined,
  };
}
