import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { HOST, Listening } from '../origin/listening.ts';

/** What the proxy does with one CONNECT. */
export type TunnelAct = 'tunnel' | 'close' | { readonly refuses: number };

/**
 * A proxy that opens or refuses tunnels by CONNECT (RFC 9110 section 9.3.6).
 *
 * @example
 * await using proxy = await ConnectProxy.listen();
 * proxy.plays({ refuses: 407 }, 'tunnel');
 */
export class ConnectProxy implements AsyncDisposable {
  readonly #listening: Listening;
  readonly #acts: TunnelAct[] = [];
  #asked = 0;

  private constructor() {
    const server = createServer().on('connect', (request, socket) =>
      this.#connect(request.url ?? '', socket as Socket),
    );
    this.#listening = new Listening(server);
  }

  static async listen(): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    await proxy.#listening.open(0);
    return proxy;
  }

  get url(): string {
    return `http://${HOST}:${this.#listening.port}/`;
  }

  /** How many tunnels were asked for. */
  get asked(): number {
    return this.#asked;
  }

  /** Appends to the script. Without an act a tunnel is opened. */
  plays(...acts: readonly TunnelAct[]): void {
    this.#acts.push(...acts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening.close();
  }

  #connect(place: string, socket: Socket): void {
    this.#asked += 1;
    const act = this.#acts.shift() ?? 'tunnel';
    if (act === 'close') return void socket.end();
    if (act !== 'tunnel') return void socket.end(`HTTP/1.1 ${act.refuses} No\r\ncontent-length: 0\r\n\r\n`);
    const [host, port] = place.split(':');
    const onward = connect(Number(port), host);
    onward
      .on('error', () => {})
      .once('connect', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
    onward.once('close', () => socket.destroy());
    socket.once('close', () => onward.destroy());
  }
}
