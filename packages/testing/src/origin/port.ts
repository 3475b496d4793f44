import { createServer, type Socket } from 'node:net';
import { Listening } from './listening.ts';
import { nextRefusals } from './refusals.ts';

/** A port on 127.0.0.1 that can be closed and opened again, and that knows its connections. */
export class Port {
  readonly #listening: Listening;
  readonly #bugs: unknown[] = [];
  #refusing: Disposable | undefined;
  #refused = 0;
  #number = 0;
  #connections = 0;

  /**
   * @param serve - Is given each connection that is accepted, with its number.
   * @param options - Whether a client may end its side and still be answered, as `node:http` lets it.
   */
  constructor(serve: (socket: Socket, number: number) => void, options: { readonly allowHalfOpen?: boolean } = {}) {
    const server = createServer({ noDelay: true, ...options });
    this.#listening = new Listening(server);
    server.on('connection', (socket) => {
      this.#connections += 1;
      serve(socket, this.#connections);
    });
  }

  /** The port's number, once it was opened. */
  get number(): number {
    return this.#number;
  }

  /** Connections accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Connections open now. */
  get openSockets(): number {
    return this.#listening.openSockets;
  }

  /** How many connections `refuses` has refused so far. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Opens the port: the one with this number, or the same one again, or any free one.
   *
   * @throws the server's error if the port is in use.
   */
  async open(number: number = this.#number): Promise<void> {
    await this.#listening.open(number);
    this.#number = this.#listening.port;
  }

  /**
   * Closes the port and destroys every connection; resolves when all are gone.
   *
   * @throws AggregateError if the port could not be opened again after it had refused connections.
   */
  async close(): Promise<void> {
    this.#stopRefusing();
    await this.#listening.close();
    const bugs = this.#bugs.splice(0);
    if (bugs.length > 0) throw new AggregateError(bugs, `port ${this.#number} could not be opened again`);
  }

  /**
   * Closes the port for the next `count` connections from this process, and opens it again on the last refusal.
   *
   * @throws RangeError if `count` isn't a positive integer.
   */
  async refuses(count: number): Promise<void> {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`count must be a whole number of 1 or more, not ${count}`);
    await this.close();
    this.#refusing = nextRefusals(this.#number, (number) => {
      this.#refused += 1;
      if (number < count) return;
      this.#stopRefusing();
      this.open().catch((error: unknown) => this.#bugs.push(error));
    });
  }

  #stopRefusing(): void {
    this.#refusing?.[Symbol.dispose]();
    this.#refusing = undefined;
  }
}
