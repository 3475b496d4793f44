import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ledger } from './ledger.ts';
import type { Fault, Operation } from './plan.ts';

/** A server with a ledger. The first request of every operation meets the operation's fault. */
export class Origin {
  readonly ledger: Ledger = new Ledger();
  readonly #faults: Map<number, Fault>;
  readonly #server: Server;
  #port = 0;
  #early = 0;
  /** When the server accepts the next request of an operation that it asked to wait. */
  readonly #waits = new Map<number, number>();

  constructor(plan: readonly Operation[]) {
    this.#faults = new Map(plan.map(({ id, fault }) => [id, fault]));
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Requests that arrived earlier than the server asked. The server answers them with 503 again. */
  get early(): number {
    return this.#early;
  }

  urlOf({ id }: Operation): string {
    return `http://127.0.0.1:${this.#port}/orders/${id}`;
  }

  /** Listens on a free port, and on the same port again after `close`. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Refuses connections from now on. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    return closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume().on('end', () => {
      const id = Number(request.url?.split('/').at(-1));
      const fault = this.#faults.get(id) ?? 'none';
      this.#faults.delete(id);
      if (performance.now() >= (this.#waits.get(id) ?? 0)) return this.#play(fault, id, request, response);
      this.#early++;
      this.#play('503, Retry-After: 1', id, request, response);
    });
  }

  #play(fault: Fault, id: number, request: IncomingMessage, response: ServerResponse): void {
    const { method = '', headers, socket } = request;
    const key = headers['idempotency-key'];
    const gone = method === 'DELETE' && this.ledger.times(id) > 0;
    const process = () => this.ledger.apply(id, method, Array.isArray(key) ? key[0] : key);
    switch (fault) {
      case 'hang':
        return;
      case 'reset before processing':
        socket.resetAndDestroy();
        return;
      case '503, Retry-After: 1':
        this.#waits.set(id, performance.now() + 1000);
        response.writeHead(503, { 'retry-after': '1' }).end();
        return;
      case 'reset after processing':
        process();
        socket.resetAndDestroy();
        return;
      case '502 after processing':
        process();
        response.writeHead(502).end();
        return;
      case 'refused':
      case 'none':
        process();
        response.writeHead(gone ? 404 : 200).end();
        return;
    }
  }
}
