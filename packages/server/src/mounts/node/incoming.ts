import type { IncomingMessage } from 'node:http';
import { requestWith } from '../../handler/known-body.ts';
import { join } from '../../handler/read-body.ts';

/** What Express and body parsers add to a request of node:http. */
export interface ParsedMessage extends IncomingMessage {
  /** The path before a router took its prefix away. */
  readonly originalUrl?: string;
  readonly body?: unknown;
  /** The bytes that a parser kept: `express.json({ verify: (request, _, bytes) => { request.rawBody = bytes } })`. */
  readonly rawBody?: unknown;
}

/** The request was consumed before it could be read. */
export class BodyParsed extends Error {
  override readonly name = 'BodyParsed';
  readonly code = 'body-parsed';

  constructor() {
    super(
      'The body was parsed before: mount nodeHandler ahead of the body parser, or keep the bytes as request.rawBody' +
        ' (express.json({ verify: (request, response, bytes) => { request.rawBody = bytes } }))',
    );
  }
}

/** The client went away before its request was complete. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

// A name or an address, with or without a port (RFC 9110 section 7.2).
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
const SMALL_BYTES = 65_536;
const METHODS_WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Makes a Fetch Request of a request of node:http, with the bytes of its body as they came.
 *
 * @param bytes - The body, if a framework has read it as bytes.
 * @throws {BodyParsed} If a parser has read the body without keeping its bytes.
 * @throws {TypeError} If it cannot be a Request, such as one with the method TRACE.
 */
export function requestOf(message: ParsedMessage, bytes?: Uint8Array<ArrayBuffer>): Request {
  const method = message.method ?? 'GET';
  const url = urlOf(message);
  const headers = headersOf(message);
  const body = METHODS_WITHOUT_BODY.has(method) ? undefined : (bytes ?? bodyOf(message));
  if (body === undefined) return new Request(url, { method, headers });
  if (body instanceof Uint8Array) return requestWith(url, { method, headers, body });
  return new Request(url, { method, headers, body, duplex: 'half' } as RequestInit);
}

/**
 * Reads a small body whose length is known.
 *
 * @returns Undefined if it has another length, or was read before.
 * @throws {ClientLeft} If the client leaves before the end.
 */
export async function readSmallBody(message: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const length = Number(message.headers['content-length']);
  if (!(length > 0 && length <= SMALL_BYTES) || message.readableDidRead) return undefined;
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    message.once('end', () => resolve(join(chunks, length)));
    // An error is followed by close, and close follows end, too.
    message.once('error', () => {}).once('close', () => reject(new ClientLeft()));
  });
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    // HTTP/2 has :method and the like among the headers.
    if (!name.startsWith(':')) headers.append(name, rawHeaders[at + 1] as string);
  }
  return headers;
}

function urlOf(message: ParsedMessage): string {
  const target = message.originalUrl ?? message.url ?? '/';
  if (/^https?:\/\//i.test(target)) return target;
  const scheme = 'encrypted' in message.socket ? 'https' : 'http';
  const named = String(message.headers.host ?? message.headers[':authority']);
  // Anything else could move the path: Host: a.example/other?
  const host = HOST.test(named) ? named : 'localhost';
  // Not new URL(target, base), which takes //other.example/ for another host.
  return `${scheme}://${host}${target.startsWith('/') ? target : `/${target}`}`;
}

function bodyOf(message: ParsedMessage): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined {
  if (message.rawBody instanceof Uint8Array) return message.rawBody as Uint8Array<ArrayBuffer>;
  if (message.readableDidRead) {
    // express.raw() leaves the bytes themselves.
    if (message.body instanceof Uint8Array) return message.body as Uint8Array<ArrayBuffer>;
    throw new BodyParsed();
  }
  return hasBody(message) ? streamOf(message) : undefined;
}

/** RFC 9112 section 6.3: a request without both headers has an empty body. */
function hasBody({ headers, httpVersionMajor }: IncomingMessage): boolean {
  if (httpVersionMajor >= 2) return headers['content-length'] !== '0';
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The body as a stream that reads only on demand. Lighter than Readable.toWeb. */
function streamOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        chunks ??= message.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        // What is still to come is taken and dropped, so that the client can read the answer.
        message.resume();
      },
    },
    { highWaterMark: 0 },
  );
}
