import type { Socket } from 'node:net';
import { checkedFault } from '../faults/checked-fault.ts';
import type { Fault, FaultName } from '../faults/fault.ts';
import { actOf } from '../faults/fault-act.ts';
import { Ledger, type LedgerOptions } from '../ledger/ledger.ts';
import type { Act } from './act.ts';
import { status } from './acts/status.ts';
import { type ConnectionHost, serveConnection } from './connection.ts';
import { HOST } from './listening.ts';
import { Port } from './port.ts';
import type { ReceivedRequest } from './received-request.ts';
import { secured } from './secured.ts';
import { Tally } from './tally.ts';

/** Where an origin listens, and how its application behaves. */
export interface OriginOptions extends LedgerOptions {
  /**
   * The port on 127.0.0.1.
   *
   * @default 0, which takes any free port
   */
  readonly port?: number;
  /**
   * Whether the origin uses TLS, with an untrusted certificate.
   *
   * @default false
   */
  readonly secure?: boolean;
  /**
   * Chooses the act for a request beyond the script.
   *
   * @default () => status(200, { body: 'ok' })
   */
  readonly respond?: (request: ReceivedRequest) => Act;
}

/**
 * A real origin on a real socket that plays a script and records the requests that reached it.
 *
 * @example
 * await using origin = await Origin.listen();
 * origin.plays(processThenReset(), status(200));
 * await placeOrder(origin.url);
 * expect(origin.applied).toEqual(['POST']);
 */
export class Origin implements AsyncDisposable {
  readonly #port: Port = new Port((socket, number) => this.#accept(socket, number));
  readonly #acts: Act[] = [];
  readonly #requests: Tally<ReceivedRequest> = new Tally();
  readonly #applied: string[] = [];
  readonly #serving: Set<Promise<void>> = new Set();
  readonly #bugs: unknown[] = [];
  readonly #secure: boolean;
  readonly #respond: (request: ReceivedRequest) => Act;
  readonly #ledger: Ledger<ReceivedRequest>;

  readonly #host: ConnectionHost = {
    record: (request) => this.#requests.add(request),
    nextAct: (request) => this.#acts.shift() ?? this.#respond(request),
    apply: (request) => {
      this.#applied.push(request.method);
      return this.#ledger.process(request);
    },
    wantsNewConnection: () => this.#acts[0]?.on === 'accept',
  };

  private constructor({ secure = false, respond = () => status(200, { body: 'ok' }), ...ledger }: OriginOptions) {
    this.#secure = secure;
    this.#respond = respond;
    this.#ledger = new Ledger(ledger);
  }

  /**
   * Listens on 127.0.0.1.
   *
   * @throws the server's error if the port is in use.
   */
  static async listen(options: OriginOptions = {}): Promise<Origin> {
    const origin = new Origin(options);
    await origin.#port.open(options.port ?? 0);
    return origin;
  }

  get port(): number {
    return this.#port.number;
  }

  /** The root URL, with its final slash. */
  get url(): string {
    return `${this.#secure ? 'https' : 'http'}://${HOST}:${this.port}/`;
  }

  /** Every request whose header section was read, in order of arrival. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests.items;
  }

  /** The methods of the requests that the application processed, in order: the truth about what took effect. */
  get applied(): readonly string[] {
    return this.#applied;
  }

  /**
   * The requests that took effect, in order: those with an unsafe method, and only the first one with each idempotency
   * key.
   */
  get effects(): readonly ReceivedRequest[] {
    return this.#ledger.effects;
  }

  /** How many connections `refuses` has refused so far. */
  get refused(): number {
    return this.#port.refused;
  }

  /** Connections accepted so far. */
  get connections(): number {
    return this.#port.connections;
  }

  /** Connections open now. */
  get openSockets(): number {
    return this.#port.openSockets;
  }

  /**
   * Appends to the script: one act or fault per request. A request without an act is answered 200 with the body `ok`.
   *
   * @throws RangeError for an unknown fault, and for `refused`, which happens before a request (see `refuses`).
   */
  plays(...acts: readonly (Act | Fault | FaultName)[]): void {
    for (const act of acts) {
      if (typeof act === 'string') this.#acts.push(actOf(checkedFault(act, 'plays')));
      else this.#acts.push('on' in act ? act : actOf(act));
    }
  }

  /**
   * Closes the port for the next `count` connections from this process, and opens it again on the last refusal.
   *
   * The diagnostics channel `net.client.socket` counts the refusals, so they are independent of the client's backoff.
   * Connections that are open now are destroyed.
   */
  async refuses(count: number): Promise<void> {
    await this.#port.refuses(count);
  }

  /** Resolves once `count` requests have been recorded. */
  received(count: number): Promise<void> {
    return this.#requests.reached(count);
  }

  /**
   * Stops listening and destroys every connection; resolves when all are gone. What was recorded stays.
   *
   * @throws AggregateError when an act failed for a reason of its own.
   */
  async close(): Promise<void> {
    await Promise.all([this.#port.close(), ...this.#serving]);
    const bugs = this.#bugs.splice(0);
    if (bugs.length > 0) throw new AggregateError(bugs, 'the scripted origin failed');
  }

  /** Listens again on the same port after `close`. */
  async reopen(): Promise<void> {
    await this.#port.open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(socket: Socket, number: number): void {
    if (this.#acts[0]?.on === 'accept') {
      this.#acts.shift();
      socket.resetAndDestroy();
      return;
    }
    const serving = serveConnection(this.#secure ? secured(socket) : socket, number, this.#host)
      .catch((bug: unknown) => {
        this.#bugs.push(bug);
      })
      .finally(() => this.#serving.delete(serving));
    this.#serving.add(serving);
  }
}
