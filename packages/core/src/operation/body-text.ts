/**
 * A request body as text, for protocols.
 *
 * @param body - Text, bytes, or a function that returns what is sent.
 * @returns undefined if it is missing, or if reading it would use it up.
 */
export function bodyText(body: unknown): string | undefined {
  const given: unknown = typeof body === 'function' ? body() : body;
  if (typeof given === 'string' || given instanceof URLSearchParams) return String(given);
  const isBytes = given instanceof ArrayBuffer || ArrayBuffer.isView(given);
  return isBytes ? new TextDecoder().decode(given as ArrayBuffer) : undefined;
}
