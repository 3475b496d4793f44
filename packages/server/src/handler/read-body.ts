import { knownBody } from './known-body.ts';

/** What became of a body that had to fit a limit. */
export type BodyRead =
  | { readonly end: 'complete'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly end: 'too-large' }
  | { readonly end: 'broken' };

const EMPTY = new Uint8Array(0);

/** Reads a request's body, and stops as soon as it exceeds `maxBytes`. */
export async function readBody(request: Request, maxBytes: number): Promise<BodyRead> {
  const known = knownBody(request);
  if (known) return known.length > maxBytes ? { end: 'too-large' } : { end: 'complete', bytes: known };
  const { body } = request;
  if (body === null) return { end: 'complete', bytes: EMPTY };
  if (Number(request.headers.get('content-length')) > maxBytes) {
    cancel(body);
    return { end: 'too-large' };
  }

  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { end: 'complete', bytes: join(chunks, size) };
      size += value.byteLength;
      if (size > maxBytes) {
        cancel(reader);
        return { end: 'too-large' };
      }
      chunks.push(value);
    }
  } catch {
    return { end: 'broken' };
  }
}

/** Joins chunks whose sizes add up to `size`. */
export function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** Cancels the source. An error of the source is ignored. */
export function cancel(source: { cancel(): Promise<void> }): void {
  source.cancel().catch(() => {});
}
