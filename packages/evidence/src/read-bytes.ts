/**
 * Reads a stream to its end.
 *
 * @returns Its bytes, or undefined if there are more than `limit`. The rest is then canceled.
 * @throws The stream's error.
 * @example
 * const chunks = await readBytes(response.body, 65_536);
 */
export async function readBytes(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array[] | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    size += value.byteLength;
    if (size > limit) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
}
