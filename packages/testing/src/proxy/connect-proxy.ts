import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

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
  readonly #server: Server;
  readonly #acts: TunnelAct[] = [];
  readonly #sockets: Set<Socket> = new Set();
  #asked = 0;

  private constructor() {
    this.#server = createServer();
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('connect', (request, socket: Socket) => this.#connect(request.url ?? '', socket));
  }

  static async listen(): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
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
    const stopped = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await stopped;
  }

  #connect(place: string, socket: Socket): void {
    this.#asked += 1;
    const act = this.#acts.shift() ?? 'tunnel';
    if (act === 'close') return void socket.end();
    if (act !== 'tunnel') return void socket.end(`HTTP/1.1 ${act.refuses} No\r\ncontent-length: 0\r\n\r\n`);
    const [host, port] = place.split(':');
    const onward = connect(Number(port), host);
    this.#keep(onward);
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.once('close', () => socket.destroy());
    socket.once('close', () => onward.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
  }
}
