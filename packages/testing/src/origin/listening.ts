import type { AddressInfo, Server, Socket } from 'node:net';

export const HOST = '127.0.0.1';

/** A server on 127.0.0.1 that can be closed with all its connections, and opened again. */
export class Listening {
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      // A client that cuts its connection is no failure of the server.
      this.#sockets.add(socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket)));
    });
  }

  /** The number of the port while it is open. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections open now. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /**
   * Listens on a port, or on any free one for 0.
   *
   * @throws the server's error if the port is in use.
   */
  open(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, HOST, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Destroys the sockets themselves. A session of HTTP/2 would say goodbye with a GOAWAY. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and destroys every connection; resolves when all are gone. */
  async close(): Promise<void> {
    const stopped = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await stopped;
  }
}
