import type { Fault, FaultName } from '../faults/fault.ts';
import { faults } from '../faults/faults.ts';
import { HOST } from '../origin/listening.ts';
import { Port } from '../origin/port.ts';
import { Front } from './front.ts';
import type { Passage, ProxiedRequest } from './passage.ts';
import { playFault } from './play-fault.ts';
import { proxyFault } from './proxy-fault.ts';
import { checkedTarget } from './target.ts';

/** How a proxy treats the requests that it passes on. */
export interface FaultProxyOptions {
  /**
   * The port on 127.0.0.1.
   *
   * @default 0, which takes any free port
   */
  readonly port?: number;
  /** Chooses the fault for a request beyond the script. Without it such requests pass. */
  readonly faultFor?: (request: ProxiedRequest) => FaultName;
  /** Is called for each request with the fault that it meets. */
  readonly onRequest?: (request: ProxiedRequest, fault: FaultName) => void;
  /** Is called when the answer of a fault before the effect, or its cut, is about to be sent. */
  readonly onAnswer?: () => void;
  /**
   * The wait that `busy503` and `limited429` ask for, in seconds.
   *
   * @default 1
   */
  readonly retryAfterSeconds?: number;
  /**
   * How late the answer of `slow` comes, in milliseconds.
   *
   * @default 1_000
   */
  readonly slowMs?: number;
}

/** A proxy in front of your server that passes requests on and plays faults about their effect. */
export class FaultProxy implements AsyncDisposable {
  readonly #front: Front;
  readonly #options: FaultProxyOptions;
  readonly #script: Fault[] = [];
  readonly #port: Port = new Port((socket) => this.#front.accept(socket), { allowHalfOpen: true });
  readonly #bugs: unknown[] = [];
  #arrivals = 0;

  private constructor(to: URL, options: FaultProxyOptions) {
    this.#options = options;
    this.#front = new Front(to, (passage) => this.#pass(passage));
  }

  /** See `faultProxy`. */
  static async listen(to: URL, options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(to, options);
    await proxy.#port.open(options.port ?? 0);
    return proxy;
  }

  get port(): number {
    return this.#port.number;
  }

  /** The root URL, with its final slash. */
  get url(): string {
    return `http://${HOST}:${this.port}/`;
  }

  /** Requests that came to the proxy so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** How many connections `refuses` has refused so far. */
  get refused(): number {
    return this.#port.refused;
  }

  /**
   * Appends to the script: one fault per request. A request without a fault passes.
   *
   * @throws RangeError for a fault that a proxy cannot play.
   * @example
   * proxy.plays('resetAfter', 'none', 'busy503');
   */
  plays(...script: readonly (Fault | FaultName)[]): void {
    this.#script.push(...script.map((fault) => proxyFault(typeof fault === 'string' ? fault : fault.name, 'plays')));
  }

  /** Closes the port for the next `count` connections from this process: see the same method of the origin. */
  async refuses(count: number): Promise<void> {
    await this.#port.refuses(count);
  }

  /**
   * Stops listening and destroys every connection.
   *
   * @throws AggregateError if a function among the options has thrown.
   */
  async close(): Promise<void> {
    await this.#port.close();
    const bugs = this.#bugs.splice(0);
    if (bugs.length > 0) throw new AggregateError(bugs, 'a function among the options of the proxy has thrown');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #pass(passage: Passage): void {
    this.#arrivals += 1;
    const { onRequest, onAnswer, retryAfterSeconds = 1, slowMs = 1000 } = this.#options;
    try {
      const fault = this.#faultFor(passage.request);
      onRequest?.(passage.request, fault.name);
      playFault(passage, fault, { retryAfterSeconds, slowMs, onAnswer }).catch((bug: unknown) => this.#bugs.push(bug));
    } catch (bug) {
      this.#bugs.push(bug);
      passage.fail();
    }
  }

  #faultFor(request: ProxiedRequest): Fault {
    const { faultFor } = this.#options;
    return this.#script.shift() ?? (faultFor ? proxyFault(faultFor(request), 'faultFor') : faults.none);
  }
}

/**
 * Starts a proxy on 127.0.0.1 in front of your server. It passes on everything that it is not asked to lose: streams
 * with backpressure, trailers, upgrades, kept connections, and HTTP/2 with prior knowledge. TLS must end in front of
 * it.
 *
 * @param to - The port of your server on this machine, or its URL.
 * @throws RangeError if `to` is another value, and the server's error if the port is in use.
 * @example
 * await using proxy = await faultProxy(3000);
 * proxy.plays('resetAfter');
 * await placeOrder(proxy.url);
 * expect(await db.orders.count()).toBe(1);
 */
export async function faultProxy(to: number | string | URL, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  return await FaultProxy.listen(checkedTarget(to), options);
}
