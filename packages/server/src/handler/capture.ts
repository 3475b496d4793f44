import { responseOf } from './known-body.ts';
import { encodeOutcome } from './outcome.ts';
import { cancel, join } from './read-body.ts';

/** How much of a response is kept, and what is kept instead of a larger one. */
export interface CaptureLimits {
  readonly maxResponseBytes: number;
  readonly summarize: (response: Response) => Response | undefined;
}

/** A response that can still be sent, and the outcome to store for it. */
export interface Captured {
  readonly response: Response;
  readonly outcome: string;
}

const EMPTY = new Uint8Array(0);

/**
 * Reads a response for the store. A response that is too large, or an event stream, passes through without being
 * buffered. The outcome then holds its summary or the fact that its body was not kept.
 *
 * @throws The error of the response's body, or a TypeError if it isn't a stream of bytes.
 */
export async function capture(response: Response, limits: CaptureLimits): Promise<Captured> {
  const { body, headers } = response;
  if (body === null) return { response, outcome: encodeOutcome(response, EMPTY) };
  const { maxResponseBytes } = limits;
  const isStream = headers.get('content-type')?.toLowerCase().startsWith('text/event-stream');
  if (isStream || Number(headers.get('content-length')) > maxResponseBytes) {
    return { response, outcome: await outcomeWithoutBody(response, limits) };
  }

  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!(value instanceof Uint8Array)) throw new TypeError("the response's body must be a stream of bytes");
    chunks.push(value);
    size += value.byteLength;
    if (size > maxResponseBytes) {
      const rest = new Response(resume(chunks, reader), response);
      return { response: rest, outcome: await outcomeWithoutBody(response, limits) };
    }
  }
  const bytes = join(chunks, size);
  return { response: responseOf(bytes, response), outcome: encodeOutcome(response, bytes) };
}

/** The outcome of a response whose bytes are at hand. Synchronous, so that it fits into a transaction that must be. */
export function captureBytes(response: Response, bytes: Uint8Array<ArrayBuffer>, limits: CaptureLimits): Captured {
  const isKept = bytes.length <= limits.maxResponseBytes;
  return {
    response: response.body === null ? response : responseOf(bytes, response),
    outcome: encodeOutcome(response, isKept ? bytes : undefined),
  };
}

async function outcomeWithoutBody(response: Response, limits: CaptureLimits): Promise<string> {
  const { summarize, maxResponseBytes } = limits;
  // Without its body, because that belongs to the client.
  const { status, statusText, headers } = response;
  const summary = summarize(new Response(null, { status, statusText, headers }));
  if (!summary) return encodeOutcome(response, undefined);
  return (await capture(summary, { maxResponseBytes, summarize: () => undefined })).outcome;
}

/** A stream of the chunks that were read already, and then the rest. */
function resume(
  chunks: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...chunks] as Uint8Array<ArrayBuffer>[];
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const chunk = left.shift();
      if (chunk) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    cancel: () => cancel(reader),
  });
}
