import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, type TLSSocket } from 'node:tls';
import { cert, key } from '../certificate.ts';
import { HOST, Listening } from '../listening.ts';
import { goAwayBelowTheFirstStream } from './go-away.ts';

/** An error code of RFC 9113 section 7. */
type ResetCode = 'REFUSED_STREAM' | 'INTERNAL_ERROR' | 'CANCEL' | 'ENHANCE_YOUR_CALM' | 'HTTP_1_1_REQUIRED';

/** What the origin does with one stream, or, for `go-away`, with one connection. */
export type StreamAct =
  /** Processes the request and answers. */
  | { readonly does: 'answer'; readonly status: number }
  /** Resets the stream, with one of the error codes of RFC 9113 section 7. */
  | { readonly does: 'reset'; readonly code: ResetCode; readonly processed: boolean }
  /** Processes the request and cuts the connection. */
  | { readonly does: 'drop' }
  /**
   * Processes the request, says by GOAWAY that its stream was the last one, and ends the connection without an answer.
   */
  | { readonly does: 'go-away-after'; readonly code: number }
  /** Sends a GOAWAY that excludes every stream of the connection. */
  | { readonly does: 'go-away' };

const RESET_CODES: Readonly<Record<ResetCode, number>> = {
  REFUSED_STREAM: constants.NGHTTP2_REFUSED_STREAM,
  INTERNAL_ERROR: constants.NGHTTP2_INTERNAL_ERROR,
  CANCEL: constants.NGHTTP2_CANCEL,
  ENHANCE_YOUR_CALM: constants.NGHTTP2_ENHANCE_YOUR_CALM,
  HTTP_1_1_REQUIRED: constants.NGHTTP2_HTTP_1_1_REQUIRED,
};

/**
 * An HTTP/2 origin over TLS that plays a script and records the requests that reached it.
 *
 * @example
 * await using origin = await Http2Origin.listen();
 * origin.plays({ does: 'reset', code: 'REFUSED_STREAM', processed: false }, { does: 'answer', status: 200 });
 */
export class Http2Origin implements AsyncDisposable {
  readonly #http2: Http2SecureServer;
  readonly #listening: Listening;
  readonly #acts: StreamAct[] = [];
  readonly #received: string[] = [];
  readonly #applied: string[] = [];

  private constructor() {
    this.#http2 = createSecureServer({ key, cert });
    this.#http2.on('stream', (stream, headers) => this.#serve(stream, String(headers[':method'])));
    this.#http2.on('session', (session: ServerHttp2Session) => session.on('error', () => {}));
    this.#listening = new Listening(
      createServer({ key, cert, ALPNProtocols: ['h2'] }, (socket) => this.#accept(socket)),
    );
  }

  static async listen(): Promise<Http2Origin> {
    const origin = new Http2Origin();
    await origin.#listening.open(0);
    return origin;
  }

  get url(): string {
    return `https://${HOST}:${this.#listening.port}/`;
  }

  /** The methods of all requests that arrived. One that meets `go-away` is not among them. */
  get received(): readonly string[] {
    return this.#received;
  }

  /** The methods of the requests that were processed. */
  get applied(): readonly string[] {
    return this.#applied;
  }

  /** Appends to the script. A request without an act is answered 200. */
  plays(...acts: readonly StreamAct[]): void {
    this.#acts.push(...acts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening.close();
  }

  #leave({ id, session }: ServerHttp2Stream, code: number): void {
    session?.goaway(code, id);
    // Once it is written.
    setImmediate(() => this.#listening.cut());
  }

  #accept(socket: TLSSocket): void {
    socket.on('error', () => {});
    if (this.#acts[0]?.does !== 'go-away') return void this.#http2.emit('secureConnection', socket);
    this.#acts.shift();
    goAwayBelowTheFirstStream(socket);
  }

  #serve(stream: ServerHttp2Stream, method: string): void {
    this.#received.push(method);
    stream.on('error', () => {}).resume();
    const act = this.#acts.shift() ?? { does: 'answer', status: 200 };
    if (act.does === 'reset' && !act.processed) stream.close(RESET_CODES[act.code]);
    else stream.once('end', () => this.#process(stream, method, act));
  }

  #process(stream: ServerHttp2Stream, method: string, act: StreamAct): void {
    this.#applied.push(method);
    if (act.does === 'reset') stream.close(RESET_CODES[act.code]);
    else if (act.does === 'go-away-after') this.#leave(stream, act.code);
    else if (act.does !== 'answer') this.#listening.cut();
    else {
      stream.respond({ ':status': act.status });
      stream.end('ok');
    }
  }
}
