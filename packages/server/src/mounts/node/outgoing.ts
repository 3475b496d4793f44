import type { ServerResponse } from 'node:http';
import { knownBody } from '../../handler/known-body.ts';

/**
 * Writes a Fetch Response to a response of node:http. Headers that middleware has set stay, unless the response has its
 * own. If the client has disconnected, the body is dropped without an error.
 */
export async function writeResponse(response: Response, outgoing: ServerResponse, method: string): Promise<void> {
  const { body } = response;
  if (outgoing.destroyed || outgoing.headersSent) return void body?.cancel().catch(() => {});

  writeHead(response, outgoing);
  const bytes = knownBody(response);
  if (method === 'HEAD' || body === null) {
    outgoing.end();
    await body?.cancel().catch(() => {});
  } else if (bytes) {
    outgoing.end(bytes);
  } else {
    await pipe(body, outgoing);
  }
}

function writeHead(response: Response, outgoing: ServerResponse): void {
  outgoing.statusCode = response.status;
  if (response.statusText && outgoing.req.httpVersionMajor < 2) outgoing.statusMessage = response.statusText;
  const cookies = response.headers.getSetCookie();
  for (const [name, value] of response.headers) {
    // Vary lists what each layer looked at: CORS outside adds Origin, and must not lose it.
    if (name === 'vary') outgoing.appendHeader(name, value);
    else if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  for (const cookie of cookies) outgoing.appendHeader('set-cookie', cookie);
  const bytes = knownBody(response);
  if (bytes && !response.headers.has('content-length')) outgoing.setHeader('content-length', bytes.length);
}

async function pipe(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  let goOn = (): void => {};
  const onDrain = (): void => goOn();
  const onClose = (): void => {
    reader.cancel().catch(() => {});
    goOn();
  };
  outgoing.on('drain', onDrain).on('close', onClose);
  try {
    outgoing.flushHeaders();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || outgoing.destroyed) break;
      if (!outgoing.write(value)) {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      }
    }
    outgoing.end();
  } catch {
    // The head is sent, so only cutting the connection shows that the body is not complete.
    outgoing.destroy();
  } finally {
    outgoing.off('drain', onDrain).off('close', onClose);
  }
}
