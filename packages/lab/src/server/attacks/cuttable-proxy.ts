import { connect, type Socket } from 'node:net';
import { type Served, serveSockets } from '@twicesafe/testing';

/** A TCP proxy whose connections can be cut. */
export class CuttableProxy implements AsyncDisposable {
  readonly #target: URL;
  readonly #sockets: Set<Socket> = new Set();
  #isCut = false;
  #served: Served | undefined;

  private constructor(target: URL) {
    this.#target = target;
  }

  static async listen(target: string): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(new URL(target));
    await proxy.#open();
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#served?.port}`;
  }

  /** Cuts all connections, and refuses new ones until `restore` is called. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#isCut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await this.#served?.close();
  }

  async #open(): Promise<void> {
    this.#served = await serveSockets((socket) => this.#pass(socket));
  }

  #pass(socket: Socket): void {
    if (this.#isCut) return void socket.destroy();
    const onward = connect({ host: this.#target.hostname, port: Number(this.#target.port) });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      this.#sockets.add(one);
      one.pipe(other);
      one
        .on('error', () => {})
        .once('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
    }
  }
}
