/** What a connection is worth: reading this much takes less time than opening a new one. */
const DRAIN_BYTES = 65_536;

/** As much of a body as can be discarded: a web stream, or a Node stream (node-fetch, undici.request). */
interface BodyLike {
  readonly locked?: boolean;
  getReader?(): ReadableStreamDefaultReader<Uint8Array>;
  cancel?(): unknown;
  destroy?(): unknown;
}

/**
 * Gets rid of a response whose body nobody reads. Takes anything, and never throws or rejects: a mock may have any body.
 */
export function discardResponse(response: unknown): void {
  try {
    const body = (response as { body?: BodyLike | null } | null)?.body;
    if (!body || body.locked) return;
    const ended: unknown = body.cancel ? body.cancel() : body.destroy?.();
    if (ended instanceof Promise) ended.catch(() => {});
  } catch {
    // It is gone already.
  }
}

/** The reading of a copy. */
export interface DrainedCopy {
  /** Whether all of it was read, so that the response holds nothing but memory. */
  readonly complete: boolean;
  /** Ends the reading. */
  cancel(): void;
}

const NOTHING_TO_DRAIN: DrainedCopy = Object.freeze({ complete: true, cancel: () => {} });

/**
 * Reads a small response to its end from a copy, so that its connection can serve the retry, while the response itself can still
 * be handed over. Takes anything, and never throws or rejects.
 */
export function drainCopy(response: unknown): DrainedCopy {
  try {
    const { body, bodyUsed, clone } = response as Response;
    if (!body || bodyUsed || body.locked || typeof body.getReader !== 'function') return NOTHING_TO_DRAIN;
    const reader = (clone.call(response) as Response).body?.getReader();
    if (!reader) return NOTHING_TO_DRAIN;
    const copy = { complete: false, cancel: () => void reader.cancel().catch(() => {}) };
    drain(reader).then(
      (complete) => {
        copy.complete = complete;
        if (!complete) copy.cancel();
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
