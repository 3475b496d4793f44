import type { ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import type { ConnectOptions, PooledAgent } from './pooled-agent.ts';

/**
 * A socket that is still to come. It counts for `maxSockets` and `maxTotalSockets`, as a connecting socket does in
 * Node.
 */
export class PoolPlace {
  readonly #agent: PooledAgent;
  readonly #options: ConnectOptions;
  readonly #name: string;
  readonly #sockets: Socket[];
  readonly #socket = new Socket();

  /** @param onDestroy - The agent was destroyed: it destroys its sockets. */
  constructor(agent: PooledAgent, options: ConnectOptions, onDestroy: () => void) {
    this.#agent = agent;
    this.#options = options;
    this.#name = agent.getName(options as never);
    this.#socket.once('close', onDestroy);
    this.#sockets = agent.sockets[this.#name] ?? [];
    this.#sockets.push(this.#socket);
    agent.sockets[this.#name] = this.#sockets;
    agent.totalSocketCount++;
  }

  /** Whether a request waits for a place. A socket that becomes free may serve it before its own one connects. */
  isAwaitedBy(request: ClientRequest): boolean {
    return this.#waiting.includes(request);
  }

  /** The socket is there, and takes the place. */
  leave(): void {
    this.#agent.totalSocketCount--;
    this.#sockets.splice(this.#sockets.indexOf(this.#socket), 1);
  }

  /** This request stays without a socket. The agent makes one for the next request that waits for a place. */
  giveUp(request: ClientRequest): void {
    this.#agent.totalSocketCount--;
    const others = this.#waiting.filter((each) => each !== request);
    if (others.length > 0) this.#agent.requests[this.#name] = others;
    else delete this.#agent.requests[this.#name];
    this.#agent.removeSocket(this.#socket, this.#options);
  }

  get #waiting(): ClientRequest[] {
    return this.#agent.requests[this.#name] ?? [];
  }
}
