import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { type Passage, type UpstreamAnswer, UpstreamUnreachable } from './passage.ts';

/** What one stream of HTTP/2 goes over. */
export interface Http2Way {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** Whether the request consists of its header section only. */
  readonly isEmpty: boolean;
  /** The client's connection. */
  readonly socket: Socket;
  /** A connection to the server: the one that belongs to the client's, or a new one. */
  readonly connect: (shared: boolean) => ClientHttp2Session;
}

const { NGHTTP2_FLAG_END_STREAM: END_STREAM, NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR } = constants;

/** The server ended the stream without an answer. */
class StreamEnded extends Error {
  readonly code: number;

  constructor(code: number) {
    super('the stream ended without an answer');
    this.code = code || NGHTTP2_INTERNAL_ERROR;
  }
}

/** A request of HTTP/2 on its way through the proxy. */
export function http2Passage(way: Http2Way): Passage {
  const { stream, headers, socket } = way;
  stream.on('error', () => {}); // the client has gone
  let sent = 0;
  let code: number = NGHTTP2_INTERNAL_ERROR;
  return {
    request: { method: headers[':method'] ?? 'GET', target: headers[':path'] ?? '/', headers },
    body: stream,
    forward: (body) =>
      forward(way, sent++ === 0, body).catch((error: unknown) => {
        if (error instanceof StreamEnded) code = error.code;
        throw error;
      }),
    answer: (status, fields, text = '') => {
      if (stream.destroyed) return;
      stream.respond({ ':status': status, ...fields }, { endStream: text === '' });
      if (text !== '') stream.end(text);
    },
    fail: () => void (stream.closed || stream.close(code)),
    reset: () => void socket.resetAndDestroy(),
    close: () => void socket.destroySoon(),
  };
}

function forward(way: Http2Way, shared: boolean, body?: Buffer): Promise<UpstreamAnswer> {
  const { stream, headers, isEmpty, connect } = way;
  const session = connect(shared);
  const onward = session.request(headers as OutgoingHttpHeaders, { endStream: isEmpty, waitForTrailers: true });
  return new Promise((resolve, reject) => {
    const onError = (error: Error & { readonly syscall?: string }): void =>
      reject(error.syscall === 'connect' ? new UpstreamUnreachable(error.message) : error);
    session.once('error', onError);
    onward.on('headers', (informational) => void (stream.closed || stream.additionalHeaders(informational)));
    onward.once('response', (answer, flags) => resolve(answerOf(way, onward, answer, (flags & END_STREAM) !== 0)));
    onward.on('error', () => reject(new StreamEnded(onward.rstCode)));
    onward.once('close', () => {
      session.off('error', onError);
      if (!shared) session.close();
      reject(new StreamEnded(onward.rstCode));
    });
    stream.once('close', () => void (onward.closed || onward.close(constants.NGHTTP2_CANCEL)));
    if (isEmpty) return;
    if (body) passTrailers(onward, stream).end(body);
    else stream.pipe(passTrailers(onward, stream));
  });
}

function answerOf(
  { stream, socket }: Http2Way,
  onward: ClientHttp2Stream,
  headers: IncomingHttpHeaders,
  isEmpty: boolean,
): UpstreamAnswer {
  const respond = (options: object): void =>
    void (stream.destroyed || stream.respond(headers as OutgoingHttpHeaders, options));
  return {
    status: Number(headers[':status']),
    body: onward,
    relay: () => {
      respond(isEmpty ? { endStream: true } : { waitForTrailers: true });
      if (isEmpty) return;
      onward.pipe(passTrailers(stream, onward));
      onward.once('close', () => {
        if (onward.rstCode !== NGHTTP2_NO_ERROR || !onward.readableEnded)
          stream.close(onward.rstCode || NGHTTP2_INTERNAL_ERROR);
      });
    },
    send: (body) => {
      respond(isEmpty ? { endStream: true } : {});
      if (!isEmpty) stream.end(body);
    },
    tear: (body) => {
      respond({});
      // Without an end of the stream.
      stream.write(body, () => socket.destroySoon());
    },
  };
}

/** The trailers that one stream got are sent by the other one. */
function passTrailers<To extends ServerHttp2Stream | ClientHttp2Stream>(
  to: To,
  from: ServerHttp2Stream | ClientHttp2Stream,
): To {
  let trailers: OutgoingHttpHeaders = {};
  from.once('trailers', (got: IncomingHttpHeaders) => {
    trailers = got as OutgoingHttpHeaders;
  });
  // Node sends an empty DATA frame where there are none.
  to.once('wantTrailers', () => to.sendTrailers(trailers));
  return to;
}
