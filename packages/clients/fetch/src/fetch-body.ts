import { DEFAULTS, type Operation } from '@twicesafe/core';
import { BufferedBody } from './buffered-body.ts';
import { formDataBody } from './form-data-body.ts';
import type { FetchRetryOptions, InitMembers } from './init.ts';

/** The body of an operation: the same bytes on every attempt, for as long as they can be had. */
export interface FetchBody {
  /** Whether the next attempt would send an empty or a cut body. */
  readonly spent: boolean;
  /** Changes the init of an attempt so that it carries the body. `attempt` counts from 1. */
  fill?(init: InitMembers, attempt: number): void;
}

/** A body that fetch can send any number of times as it stands. */
export const REPLAYABLE: FetchBody = Object.freeze({ spent: false });
/** A body that can be read once, and is as soon as it was handed over. */
const ONE_SHOT: FetchBody = Object.freeze({ spent: true });

/**
 * How the body of an operation can be sent again. Copies what the caller may still change, or what can be read only once; a
 * request that may not be repeated costs nothing.
 *
 * @param init - Its body may be replaced by a lasting one.
 * @throws {TypeError} If the caller gave two bodies.
 */
export function fetchBody(
  operation: Operation,
  input: string | Request,
  init: InitMembers | undefined,
  make: FetchRetryOptions['body'],
): FetchBody {
  const body: unknown = init?.body;
  if (make) {
    if (body !== undefined && body !== null)
      throw new TypeError('The body is given twice: as init.body and as init.retry.body');
    return madeBody(make);
  }
  if (!init || body === undefined || body === null)
    return typeof input === 'string' || !input.body ? REPLAYABLE : requestBody(operation, input);
  if (typeof body !== 'object' || body instanceof Blob) return REPLAYABLE;
  if (
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  ) {
    if (operation.repeatable) init.body = lastingCopy(body, operation);
    return REPLAYABLE;
  }
  return streamBody(operation, init, body);
}

/** What fetch itself would have copied when it was called: the caller may go on with its object. */
function lastingCopy(body: URLSearchParams | FormData | ArrayBuffer | ArrayBufferView, { clock }: Operation): BodyInit {
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof FormData) return formDataBody(body, clock.uuid());
  if (body instanceof ArrayBuffer) return body.slice();
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
}

function madeBody(make: () => unknown): FetchBody {
  return {
    spent: false,
    fill(init) {
      const body = make();
      init.body = body as BodyInit;
      // A stream needs the word, anything else does not mind it.
      init.duplex ??= 'half';
    },
  };
}

function streamBody(operation: Operation, init: InitMembers, stream: unknown): FetchBody {
  const limit = operation.settings.bufferRequestBytes;
  if (limit === 0 || !(stream instanceof ReadableStream) || stream.locked || !operation.repeatable) return ONE_SHOT;
  const [sent, kept] = stream.tee();
  init.body = sent;
  return keptBody(kept, limit);
}

function requestBody(operation: Operation, request: Request): FetchBody {
  if (request.bodyUsed || !operation.repeatable) return ONE_SHOT;
  const { body } = request.clone();
  return body ? keptBody(body, Math.max(operation.settings.bufferRequestBytes, DEFAULTS.requestCopyBytes)) : REPLAYABLE;
}

function keptBody(stream: ReadableStream<Uint8Array>, limit: number): FetchBody {
  const kept = new BufferedBody(stream, limit);
  return {
    get spent() {
      return kept.bytes === undefined;
    },
    fill(init, attempt) {
      if (attempt > 1) init.body = kept.bytes as BodyInit;
    },
  };
}
