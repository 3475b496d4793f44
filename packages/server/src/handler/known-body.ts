const bodies = new WeakMap<Response, Uint8Array>();

/** A response made of bytes. A mount can write them without going through a stream: see {@link knownBody}. */
export function responseOf(body: Uint8Array<ArrayBuffer> | undefined, init: ResponseInit): Response {
  const response = new Response(body ?? null, init);
  if (body !== undefined) bodies.set(response, body);
  return response;
}

/** The bytes that {@link responseOf} made a response of, unless something has read its body since. */
export function knownBody(response: Response): Uint8Array | undefined {
  return response.bodyUsed ? undefined : bodies.get(response);
}
