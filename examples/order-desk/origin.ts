import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Served, serve } from '@twicesafe/testing';
import { Ledger } from './ledger.ts';
import type { Fault, Operation } from './plan.ts';

/** A server with a ledger. The first request of every operation meets the operation's fault. */
export class Origin {
  readonly ledger: Ledger = new Ledger();
  readonly #faults: Map<number, Fault>;
  #served: Served | undefined;
  #port = 0;
  #early = 0;
  /** When the server accepts the next request of an operation that it asked to wait. */
  readonly #waits = new Map<number, number>();

  constructor(plan: readonly Operation[]) {
    this.#faults = new Map(plan.map(({ id, fault }) => [id, fault]));
  }

  /** Requests that arrived earlier than the server asked. The server answers them with 503 again. */
  get early(): number {
    return this.#early;
  }

  urlOf({ id }: Operation): string {
    return `http://127.0.0.1:${this.#port}/orders/${id}`;
  }

  /** Listens on a free port, and on the same port again after `close`. */
  async open(): Promise<void> {
    this.#served = await serve((request, response) => this.#answer(request, response), { port: this.#port });
    this.#port = this.#served.port;
  }

  /** Refuses connections from now on. */
  async close(): Promise<void> {
    await this.#served?.close();
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
