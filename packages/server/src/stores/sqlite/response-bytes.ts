const encoder = new TextEncoder();

/** A response, and the bytes it was made of. */
export interface MadeResponse {
  readonly response: Response;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Calls `work` and finds the bytes of the response that it makes.
 *
 * A Response gives its body only asynchronously, and a SQLite transaction must not stay open across an `await`.
 * Statements of other requests on the same connection would join it. `work` is synchronous, so other code can't run
 * while the constructor of the global Response is watched.
 *
 * @throws {TypeError} If the response was not made by `work`, or not of text or bytes.
 * @throws Whatever `work` throws.
 */
export function makeResponse(work: () => Response): MadeResponse {
  const made = new WeakMap<Response, unknown>();
  const original = globalThis.Response;
  globalThis.Response = watched(original, made);
  let response: Response;
  try {
    response = work();
  } finally {
    globalThis.Response = original;
  }
  if (!(response instanceof original))
    throw new TypeError('the work of commitSync must return a Response, and no promise');
  return { response, bytes: response.body === null ? new Uint8Array(0) : bytesOf(made.get(response)) };
}

function watched(original: typeof Response, made: WeakMap<Response, unknown>): typeof Response {
  const remember = (response: Response, body: unknown): Response => {
    made.set(response, body);
    return response;
  };
  const json = (data: unknown, init?: ResponseInit): Response =>
    remember(original.json(data, init), JSON.stringify(data));
  return new Proxy(original, {
    construct: (target, parameters, newTarget) =>
      remember(Reflect.construct(target, parameters, newTarget) as Response, parameters[0]),
    get: (target, name) => (name === 'json' ? json : Reflect.get(target, name)),
  });
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string' || body instanceof URLSearchParams) return encoder.encode(String(body));
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  if (ArrayBuffer.isView(body))
    return new Uint8Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer);
  throw new TypeError('commitSync stores the response before it commits: make it in `work`, of a string or of bytes');
}
