import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A bare TCP client that remembers what came back and how the connection ended. */
export class RawClient implements Disposable {
  readonly #socket: Socket;
  #received = '';
  #end: 'open' | 'ended' | 'reset' = 'open';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.toString('latin1');
    });
    socket.on('end', () => {
      this.#end = 'ended';
    });
    socket.on('error', () => {
      this.#end = 'reset';
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  get received(): string {
    return this.#received;
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Resolves once what was received contains `text`. */
  async sees(text: string): Promise<void> {
    while (!this.#received.includes(text)) await once(this.#socket, 'data');
  }

  /** How the origin ended the connection. */
  async ending(): Promise<'open' | 'ended' | 'reset'> {
    if (!this.#socket.destroyed) await new Promise((resolve) => this.#socket.once('close', resolve));
    return this.#end;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** The code of the system error under the `TypeError` of `fetch`. */
export async function failureCode(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : error;
}
