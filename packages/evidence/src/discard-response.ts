/** What a connection is worth: reading so much is cheaper than opening a new one. */
const DRAIN_BYTES = 65_536;

/**
 * Gets rid of a response that nobody will read. A small one is read to its end, so that its connection can serve the next
 * request; one that is longer, or not done when the signal is aborted, is cancelled. Never rejects.
 */
export async function discardResponse({ body }: Response, now: AbortSignal): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  if (now.aborted) return cancel();
  now.addEventListener('abort', cancel, { once: true });
  try {
    for (let read = 0; read <= DRAIN_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      read += value.byteLength;
    }
    cancel();
  } catch {
    // It broke off: gone all the same.
  } finally {
    now.removeEventListener('abort', cancel);
  }
}
