import type { Socket } from 'node:net';

/** The peer ended or cut the connection: expected in this package, so it only stops the work on that connection. */
export class ConnectionOver extends Error {
  override readonly name = 'ConnectionOver';
}

/**
 * The bytes of a connection, read on demand. The socket flows all the time, because only a socket that is being read
 * notices that its peer has gone.
 */
export class ByteInput {
  #buffered: Buffer = Buffer.alloc(0);
  #over = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    const finish = (): void => {
      this.#over = true;
      this.#wake();
    };
    socket.on('data', (bytes: Buffer) => {
      this.#buffered = Buffer.concat([this.#buffered, bytes]);
      this.#wake();
    });
    socket.on('end', finish);
    socket.on('close', finish);
  }

  /** The next line without its line end. */
  async readLine(): Promise<string> {
    let end = this.#buffered.indexOf('\n');
    while (end < 0) {
      await this.#more();
      end = this.#buffered.indexOf('\n');
    }
    return this.#take(end + 1)
      .toString('latin1')
      .replace(/\r?\n$/, '');
  }

  /** Between 1 and `most` bytes, as soon as there are any. */
  async readSome(most: number): Promise<Uint8Array> {
    while (this.#buffered.length === 0) await this.#more();
    return this.#take(Math.min(most, this.#buffered.length));
  }

  #take(count: number): Buffer {
    const taken = this.#buffered.subarray(0, count);
    this.#buffered = this.#buffered.subarray(count);
    return taken;
  }

  #more(): Promise<void> {
    if (this.#over) return Promise.reject(new ConnectionOver('the peer sends no more'));
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        this.#wake = () => {};
        if (this.#over && this.#buffered.length === 0) reject(new ConnectionOver('the peer sends no more'));
        else resolve();
      };
    });
  }
}
