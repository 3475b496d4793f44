import { leaveBranch } from './undici-6.ts';

/**
 * Reads a response's body from a clone, so that the response itself can still be read.
 *
 * @param maxBytes - Reading ends after this many bytes.
 * @param signal - Ends the reading.
 * @returns The body as text. undefined if it is longer, was read already, broke off, or isn't complete when the signal
 *   is aborted. Never rejects.
 * @example
 * const text = await lookAtResponse(response, 65_536, AbortSignal.timeout(1_000));
 */
export async function lookAtResponse(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    // node-fetch's clone of a Node stream holds the response up until both are read.
    if (signal.aborted || typeof response.body?.getReader !== 'function') return undefined;
    const branch = response.clone().body as ReadableStream<Uint8Array>;
    const reader = branch.getReader();
    const end = (): void => leaveBranch(response, branch, reader);
    signal.addEventListener('abort', end);
    const text = await readText(reader, maxBytes).finally(() => signal.removeEventListener('abort', end));
    if (text === undefined) end();
    return signal.aborted ? undefined : text;
  } catch {
    return undefined;
  }
}

async function readText(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(value, { stream: true });
  }
}
