import { leaveBranch } from './undici-6.ts';

/** Reading this much takes less time than opening a new connection. */
const DRAIN_BYTES = 65_536;

/** As much of a body as can be discarded: a web stream, or a Node stream (node-fetch, undici.request). */
interface BodyLike {
  cancel?(): unknown;
  destroy(): unknown;
}

/**
 * Releases a response whose body won't be read. Accepts any value and never throws or rejects, because a mock may have
 * any body.
 *
 * @example
 * if (decision.type === 'retry') discardResponse(response);
 */
export function discardResponse(response: unknown): void {
  // It has no body, or is gone already, or is being read.
  endBody(response).catch(() => {});
}

async function endBody(response: unknown): Promise<void> {
  const { body } = response as { readonly body: BodyLike };
  await (body.cancel ? body.cancel() : body.destroy());
}

/** The reading of a copy. */
export interface DrainedCopy {
  /** Whether the body was read completely, so that the response only uses memory. */
  readonly complete: boolean;
  /** Ends the reading. */
  cancel(): void;
}

const NOTHING_TO_DRAIN: DrainedCopy = Object.freeze({ complete: true, cancel: () => {} });

/**
 * Reads a small response to its end from a clone, so that its connection can serve the retry, while the response itself
 * can still be returned. Takes anything, and never throws or rejects.
 *
 * @example
 * const copy = drainCopy(response);
 * // If the wait is over first:
 * if (!copy.complete) copy.cancel();
 */
export function drainCopy(response: unknown): DrainedCopy {
  try {
    const original = response as Response;
    // node-fetch's clone of a Node stream holds the response up until both are read.
    if (typeof original.body?.getReader !== 'function') return NOTHING_TO_DRAIN;
    const branch = original.clone().body as ReadableStream<Uint8Array>;
    const reader = branch.getReader();
    const copy = { complete: false, cancel: () => void reader.cancel().catch(() => {}) };
    drain(reader).then(
      (complete) => {
        copy.complete = complete;
        leaveBranch(original, branch, reader);
      },
      // It broke off: there is nothing left to drain, and nothing to hand over.
      () => {},
    );
    return copy;
  } catch {
    return NOTHING_TO_DRAIN;
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
  for (let read = 0; read <= DRAIN_BYTES; ) {
    const { done, value } = await reader.read();
    if (done) return true;
    read += value.byteLength;
  }
  return false;
}
