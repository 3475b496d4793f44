import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Act } from './act.ts';
import { status } from './acts/status.ts';
import { type ConnectionHost, serveConnection } from './connection.ts';
import type { ReceivedRequest } from './received-request.ts';
import { secured } from './secured.ts';
import { Tally } from './tally.ts';

const HOST = '127.0.0.1';

/** A real origin on a real socket that plays a script and remembers what reached it. */
export class Origin implements AsyncDisposable {
  readonly #server: Server;
  readonly #acts: Act[] = [];
  readonly #requests: Tally<ReceivedRequest> = new Tally();
  readonly #applied: string[] = [];
  readonly #sockets: Set<Socket> = new Set();
  readonly #serving: Set<Promise<void>> = new Set();
  readonly #bugs: unknown[] = [];
  readonly #secure: boolean;
  #port = 0;
  #connections = 0;

  readonly #host: ConnectionHost = {
    record: (request) => this.#requests.add(request),
    nextAct: () => this.#acts.shift() ?? status(200, { body: 'ok' }),
    apply: (method) => {
      this.#applied.push(method);
    },
    wantsNewConnection: () => this.#acts[0]?.on === 'accept',
  };

  private constructor(secure: boolean) {
    this.#secure = secure;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /**
   * Listens on 127.0.0.1.
   *
   * @param place `port`: where to listen; a free port unless told. `secure`: over TLS, with a certificate that nobody trusts.
   * @throws the server's error when the port cannot be had.
   */
  static async listen(place: { readonly port?: number; readonly secure?: boolean } = {}): Promise<Origin> {
    const { port = 0, secure = false } = place;
    const origin = new Origin(secure);
    await origin.#listen(port);
    return origin;
  }

  get port(): number {
    return this.#port;
  }

  /** The root URL, with its final slash. */
  get url(): string {
    return `${this.#secure ? 'https' : 'http'}://${HOST}:${this.#port}/`;
  }

  /** Every request whose header section was read, in order of arrival. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests.items;
  }

  /** The methods of the requests that the application processed, in order: the truth about what took effect. */
  get applied(): readonly string[] {
    return this.#applied;
  }

  /** Connections accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Connections open now. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Appends to the script: one act per request. A request without an act is answered 200 with the body `ok`. */
  plays(...acts: readonly Act[]): void {
    this.#acts.push(...acts);
  }

  /** Resolves once `count` requests have been recorded. */
  received(count: number): Promise<void> {
    return this.#requests.reached(count);
  }

  /**
   * Stops listening and destroys every connection; resolves when all are gone. What was recorded stays.
   *
   * @throws AggregateError when an act failed for a reason of its own.
   */
  async close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([stopped, ...this.#serving]);
    const bugs = this.#bugs.splice(0);
    if (bugs.length > 0) throw new AggregateError(bugs, 'the scripted origin failed');
  }

  /** Listens again on the same port after `close`. */
  async reopen(): Promise<void> {
    await this.#listen(this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => {}); // a client that cuts its connection is no failure of the origin
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#acts[0]?.on === 'accept') {
      this.#acts.shift();
      socket.resetAndDestroy();
      return;
    }
    const serving = serveConnection(this.#secure ? secured(socket) : socket, this.#connections, this.#host)
      .catch((bug: unknown) => {
        this.#bugs.push(bug);
      })
      .finally(() => this.#serving.delete(serving));
    this.#serving.add(serving);
  }
}
