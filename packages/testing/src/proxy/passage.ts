import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A request that came to the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** The path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
}

/** What the server answered, as far as all versions of HTTP have it. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly body: Readable;
  /** The client gets the answer as it comes, with its trailers. */
  relay(): void;
  /** The client gets the answer with this body, which has been read whole. */
  send(body: Buffer): void;
  /** The client gets less than was announced, and then the end of the connection. */
  tear(body: Buffer): void;
}

/** One request on its way to the server and back, in HTTP/1.1 or HTTP/2. */
export interface Passage {
  readonly request: ProxiedRequest;
  readonly body: Readable;
  /**
   * Sends the request on.
   *
   * @param body - The whole body, if it has been read; otherwise it streams.
   * @throws UpstreamUnreachable without a connection, and the server's own error without an answer.
   */
  forward(body?: Buffer): Promise<UpstreamAnswer>;
  /** Answers in place of the server. */
  answer(status: number, headers: Readonly<Record<string, string>>, body?: string): void;
  /** The server did not answer: the client sees the same. */
  fail(): void;
  /** Sends a RST to the client. In HTTP/2 this takes all streams of the connection. */
  reset(): void;
  /** Sends a FIN to the client. In HTTP/2 this takes all streams of the connection. */
  close(): void;
}

/** The server behind the proxy refuses connections. */
export class UpstreamUnreachable extends Error {
  override readonly name = 'UpstreamUnreachable';
}

/** Reads a stream to its end. */
export async function readAll(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
