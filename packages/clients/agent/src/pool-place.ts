import type { ClientRequest } from 'node:http';
import { type NetConnectOpts, Socket } from 'node:net';
import type { PooledAgent } from './pooled-agent.ts';

/**
 * A socket that is still to come. It counts for `maxSockets` and `maxTotalSockets`, as a connecting socket does in
 * Node.
 */
export class PoolPlace {
  readonly #agent: PooledAgent;
  readonly #options: NetConnectOpts;
  readonly #name: string;
  readonly #socket = new Socket();

  /** @param onDestroy - The agent was destroyed: it destroys its sockets. */
  constructor(agent: PooledAgent, options: NetConnectOpts, onDestroy: () => void) {
    this.#agent = agent;
    this.#options = options;
    this.#name = agent.getName(options as never);
    this.#socket.once('close', onDestroy);
    const sockets = agent.sockets[this.#name] ?? [];
    agent.sockets[this.#name] = sockets;
    sockets.push(this.#socket);
    agent.totalSocketCount++;
  }

  /** The socket is there, and takes the place. */
  leave(): void {
    this.#close();
    const sockets = this.#agent.sockets[this.#name];
    const index = sockets?.indexOf(this.#socket) ?? -1;
    if (index >= 0) sockets?.splice(index, 1);
  }

  /** This request stays without a socket. The agent makes one for the next request that waits for a place. */
  giveUp(request: ClientRequest | undefined): void {
    this.#close();
    const waiting = this.#agent.requests[this.#name];
    const index = request && waiting ? waiting.indexOf(request) : -1;
    if (index >= 0) waiting?.splice(index, 1);
    if (waiting?.length === 0) delete this.#agent.requests[this.#name];
    this.#agent.removeSocket(this.#socket, this.#options);
  }

  #close(): void {
    this.#agent.totalSocketCount--;
    this.#socket.removeAllListeners('close').destroy();
  }
}
