import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Client, FailureOutcome, ResponseOutcome } from '@twicesafe/core/adapter';
import { failureKindOf } from '@twicesafe/evidence';

const CONNECTED: ResponseOutcome = Object.freeze({ type: 'response', status: 200, headers: { get: () => null } });

/** Opens one connection as an operation: its attempts connect, and its response is the socket. */
export class Connecting implements Client<Socket> {
  readonly signal: AbortSignal;
  readonly bodyUsed = false;
  readonly #connect: () => Socket;
  #socket!: Socket;

  /** @param connect - Begins to connect, as Node's own agent does. */
  constructor(connect: () => Socket, signal: AbortSignal) {
    this.#connect = connect;
    this.signal = signal;
  }

  send(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = this.#connect();
      this.#socket = socket;
      const ready = socket instanceof TLSSocket ? 'secureConnect' : 'connect';
      const cancel = (): void => void socket.destroy(this.signal.reason);
      const timeUp = (): void => void socket.destroy(new ConnectTimeoutError(socket.timeout));
      const succeed = (): void => {
        this.signal.removeEventListener('abort', cancel);
        socket.off('timeout', timeUp).off('close', fail);
        resolve(socket);
      };
      const fail = (): void => reject(socket.errored ?? new Error('The connection was closed before it was ready'));
      this.signal.addEventListener('abort', cancel);
      // The error is that of `close`. Until the request has the socket, this is the only listener.
      socket.on('error', ignore).on('timeout', timeUp).once(ready, succeed).on('close', fail);
    });
  }

  cut(error: Error): void {
    this.#socket.destroy(error);
  }

  outcome(): ResponseOutcome {
    return CONNECTED;
  }

  /** Node writes a request only after the socket is handed over. */
  failure(error: unknown): FailureOutcome {
    const kind = error instanceof ConnectTimeoutError ? 'attempt-timeout' : failureKindOf(error);
    return { type: 'failure', kind, delivery: 'never-sent', error };
  }

  discard(socket: Socket): void {
    socket.destroy();
  }
}

/** The request's or the agent's own `timeout` ended an attempt to connect. */
class ConnectTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor(timeoutMs: number | undefined) {
    super(`Connecting took longer than timeout: ${timeoutMs} ms`);
  }
}

export function ignore(): void {}
