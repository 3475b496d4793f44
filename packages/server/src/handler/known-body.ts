// Nodes's streams cost more than all that a small request does besides, so bytes that are at hand go around them.
const bodies = new WeakMap<Request | Response, Uint8Array<ArrayBuffer>>();

/** A response made of bytes, which {@link knownBody} gives back. */
export function responseOf(body: Uint8Array<ArrayBuffer> | undefined, init: ResponseInit): Response {
  const response = new Response(body ?? null, init);
  if (body !== undefined) bodies.set(response, body);
  return response;
}

/** A request made of bytes, which {@link knownBody} gives back. */
export function requestWith(url: string, init: RequestInit & { readonly body: Uint8Array<ArrayBuffer> }): Request {
  const request = new Request(url, init);
  bodies.set(request, init.body);
  return request;
}

/** The bytes that a request or response was made of here, unless something has read its body since. */
export function knownBody(message: Request | Response): Uint8Array<ArrayBuffer> | undefined {
  return message.bodyUsed ? undefined : bodies.get(message);
}
