import {
  createServer as createHttp1Server,
  type Server as Http1Server,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { http1Passage } from './http1-passage.ts';
import { http2Passage } from './http2-passage.ts';
import type { Passage } from './passage.ts';
import { tunnel } from './tunnel.ts';

/** How HTTP/2 with prior knowledge begins (RFC 9113 section 3.4), in contrast to every request of HTTP/1.1. */
const PREFACE = 'PRI * HTTP/2.0\r\n';

/** Has unlimited timeouts, so that the proxy loses only what its faults require. */
const UNLIMITED = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 1 << 20 };

/** The side of the proxy that clients see: it speaks both versions of HTTP on one port. */
export class Front {
  readonly #to: URL;
  readonly #pass: (passage: Passage) => void;
  readonly #http1: Http1Server;
  readonly #http2: Http2Server = createHttp2Server();
  readonly #sockets: WeakMap<ServerHttp2Session, Socket> = new WeakMap();
  readonly #upstream: WeakMap<ServerHttp2Session, ClientHttp2Session> = new WeakMap();

  constructor(to: URL, pass: (passage: Passage) => void) {
    this.#to = to;
    this.#pass = pass;
    const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
      pass(http1Passage(request, response, to));
    this.#http1 = createHttp1Server(UNLIMITED, onRequest);
    // The server's own 100 is passed on.
    this.#http1.on('checkContinue', onRequest);
    this.#http1.on('upgrade', (request, socket, head) => tunnel(request, socket as Socket, head, to));
    this.#http2.on('stream', (stream, headers, flags) => this.#passStream(stream, headers, flags));
    this.#http2.on('session', (session) => session.on('error', () => {}));
  }

  /** Takes a connection, and looks which version of HTTP it speaks. */
  accept(socket: Socket, before: Buffer = Buffer.alloc(0)): void {
    socket.once('readable', () => {
      const bytes: Buffer | null = socket.read();
      if (bytes === null) return void socket.end(); // the client has gone without a word
      const first = Buffer.concat([before, bytes]);
      const start = first.subarray(0, PREFACE.length).toString('latin1');
      if (start !== PREFACE && PREFACE.startsWith(start)) return this.accept(socket, first);
      socket.unshift(first);
      if (start !== PREFACE) return void this.#http1.emit('connection', socket);
      this.#http2.once('session', (session) => this.#sockets.set(session, socket));
      this.#http2.emit('connection', socket);
    });
  }

  #passStream(stream: ServerHttp2Stream, headers: Parameters<typeof http2Passage>[0]['headers'], flags: number): void {
    const session = stream.session as ServerHttp2Session | undefined;
    const socket = session && this.#sockets.get(session);
    if (!socket) return;
    const isEmpty = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const onward = (shared: boolean): ClientHttp2Session => this.#connect(session, shared);
    this.#pass(http2Passage({ stream, headers, isEmpty, socket, connect: onward }));
  }

  #connect(session: ServerHttp2Session, shared: boolean): ClientHttp2Session {
    const known = shared ? this.#upstream.get(session) : undefined;
    if (known && !known.closed && !known.destroyed) return known;
    const upstream = connect(this.#to, { settings: { enablePush: false } }).on('error', () => {});
    upstream.setMaxListeners(0); // each stream has one
    session.once('close', () => upstream.destroy());
    if (shared) this.#upstream.set(session, upstream);
    return upstream;
  }
}
