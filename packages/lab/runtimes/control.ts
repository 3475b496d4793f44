import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Origin } from '@twicesafe/contract';
import type { Told } from './probe.ts';
import type { Scenario } from './scenarios.ts';

/** What one operation came to: what the client said, and what the origin knows. */
export interface Result {
  readonly scenario: Scenario;
  readonly told: Told | null;
  readonly received: number;
  readonly applied: number;
}

/** Hands one scenario after the other to a probe, and notes what reached the origin meanwhile. */
export class Control implements AsyncDisposable {
  readonly results: Result[] = [];
  /** Resolves when the probe has been through all scenarios. */
  readonly done: Promise<void>;
  readonly #origin: Origin;
  readonly #left: Scenario[];
  readonly #server: Server;
  #current: Scenario | undefined;
  #before = { received: 0, applied: 0 };
  #finish: () => void = () => {};

  private constructor(origin: Origin, scenarios: readonly Scenario[]) {
    this.#origin = origin;
    this.#left = [...scenarios];
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#server = createServer(async (request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      const body = (await request.setEncoding('utf8').toArray()).join('');
      response.end(JSON.stringify(request.url === '/next' ? this.#next() : this.#note(JSON.parse(body))));
    });
  }

  static async listen(origin: Origin, scenarios: readonly Scenario[]): Promise<Control> {
    const control = new Control(origin, scenarios);
    await new Promise<void>((resolve) => control.#server.listen(0, '127.0.0.1', resolve));
    return control;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #next(): { method: string; closed: boolean } | null {
    this.#current = this.#left.shift();
    if (!this.#current) {
      this.#finish();
      return null;
    }
    const { method, acts } = this.#current;
    this.#before = this.#counts();
    this.#origin.plays(...(acts ?? []));
    return { method, closed: acts === undefined };
  }

  #note(told: Told | null): null {
    const { received, applied } = this.#counts();
    const scenario = this.#current as Scenario;
    this.results.push({
      scenario,
      told,
      received: received - this.#before.received,
      applied: applied - this.#before.applied,
    });
    return null;
  }

  #counts(): { received: number; applied: number } {
    return { received: this.#origin.requests.length, applied: this.#origin.applied.length };
  }
}
