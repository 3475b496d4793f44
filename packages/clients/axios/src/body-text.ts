/**
 * The body of a response as text, if axios has read it, and it isn't longer than that. A stream is left to its reader.
 */
export async function textOf(data: unknown, maxBytes: number): Promise<string | undefined> {
  if (typeof data === 'string') return data.length <= maxBytes ? data : undefined;
  if (data instanceof Blob) return data.size <= maxBytes ? data.text() : undefined;
  if (!(data instanceof ArrayBuffer || ArrayBuffer.isView(data)) || data.byteLength > maxBytes) return undefined;
  return new TextDecoder().decode(data as ArrayBuffer);
}
