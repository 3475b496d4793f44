import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Processing } from '../ledger/ledger.ts';
import { type ByteInput, ConnectionOver } from './byte-input.ts';
import type { ReceivedRequest, RequestRecord } from './received-request.ts';
import { readBody } from './request-reader.ts';
import { sendAlert } from './secured.ts';

/** What the origin lends to an exchange. */
export interface ExchangeSetting {
  readonly socket: Socket;
  readonly input: ByteInput;
  readonly record: RequestRecord;
  /** Aborts when the socket has closed. */
  readonly closed: AbortSignal;
  /** Reports that the application processes the request. */
  apply(request: ReceivedRequest): Processing;
  /** Whether the script asks for a new connection next. */
  wantsNewConnection(): boolean;
}

/** One request and the means to treat it well or badly. Everything that waits rejects when the socket closes. */
export class Exchange {
  readonly #setting: ExchangeSetting;

  constructor(setting: ExchangeSetting) {
    this.#setting = setting;
  }

  get request(): ReceivedRequest {
    return this.#setting.record.request;
  }

  /** Whether the connection must not carry another request. */
  get isLast(): boolean {
    return this.#setting.wantsNewConnection() || /\bclose\b/i.test(this.request.headers.connection ?? '');
  }

  /** Resolves once the whole request has been read. */
  async readWhole(): Promise<void> {
    await readBody(this.#setting.input, this.#setting.record);
  }

  /** The application processes the request, and the ledger says what came of it. */
  apply(): Processing {
    return this.#setting.apply(this.request);
  }

  /**
   * Resolves once the socket takes more, and always lets the event loop turn, so that a fast reader doesn't block
   * others.
   */
  async write(bytes: string | Uint8Array): Promise<void> {
    const { socket, closed } = this.#setting;
    if (socket.destroyed || socket.writableEnded) throw new ConnectionOver('the socket takes no more');
    if (socket.write(bytes)) await nextTurn(undefined, { signal: closed });
    else await once(socket, 'drain', { signal: closed });
  }

  /** Waits by the global timers, so that a virtual clock moves this origin, too. */
  wait(delayMs: number): Promise<void> {
    const { closed } = this.#setting;
    return new Promise((resolve, reject) => {
      if (closed.aborted) return reject(new ConnectionOver('the socket closed'));
      const onClose = (): void => {
        clearTimeout(timer);
        reject(new ConnectionOver('the socket closed'));
      };
      const timer = setTimeout(() => {
        closed.removeEventListener('abort', onClose);
        resolve();
      }, delayMs);
      closed.addEventListener('abort', onClose, { once: true });
    });
  }

  /** Never resolves; rejects when the socket closes. */
  untilClosed(): Promise<never> {
    const { closed } = this.#setting;
    return new Promise((_, reject) => {
      const fail = (): void => reject(new ConnectionOver('the socket closed'));
      if (closed.aborted) fail();
      else closed.addEventListener('abort', fail, { once: true });
    });
  }

  /** Stops taking bytes from the client, so that what it still sends stays in the network. */
  stopReading(): void {
    this.#setting.socket.pause();
  }

  /** Sends a RST: the client sees a connection reset. */
  reset(): void {
    this.#setting.socket.resetAndDestroy();
  }

  /** Over TLS: sends an alert in the clear, which ends the connection with an error of the client's TLS. */
  alert(): void {
    sendAlert(this.#setting.socket);
  }

  /** Sends a FIN after what was written. */
  end(): void {
    this.#setting.socket.end();
  }

  /** Closes at once. */
  destroy(): void {
    this.#setting.socket.destroy();
  }
}
