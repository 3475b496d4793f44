import type { IncomingMessage, ServerResponse } from 'node:http';
import { Http2Origin, Origin, type ReceivedRequest, type Served, serve } from '@twicesafe/testing';
import type { Checked, Told } from './probe.ts';
import type { Place, Scenario } from './scenarios.ts';

/** The result of one operation, with the client's report and the origin's record. */
export interface Result {
  readonly scenario: Scenario;
  readonly told: Told | null;
  /** The failure of a check of the contract, on either side. */
  readonly wrong: string | undefined;
  readonly received: number;
  readonly applied: number;
}

/** The origins that the scenarios need. */
export interface Origins extends AsyncDisposable {
  readonly plain: Origin;
  readonly secure: Origin;
  readonly http2: Http2Origin;
}

export async function listenAll(): Promise<Origins> {
  const [plain, secure, http2] = [
    await Origin.listen(),
    await Origin.listen({ secure: true }),
    await Http2Origin.listen(),
  ];
  return {
    plain,
    secure,
    http2,
    async [Symbol.asyncDispose]() {
      await Promise.all([plain.close(), secure.close(), http2[Symbol.asyncDispose]()]);
    },
  };
}

/** Passes one scenario after the other to a probe, and records the requests that reach the origin meanwhile. */
export class Control implements AsyncDisposable {
  readonly results: Result[] = [];
  /** Resolves when the probe has finished all scenarios. */
  readonly done: Promise<void>;
  readonly #origins: Origins;
  readonly #urls: Readonly<Record<Place, string>>;
  readonly #left: Scenario[];
  #served: Served | undefined;
  #current: Scenario | undefined;
  #before = { plain: 0, received: 0, applied: 0 };
  #finish: () => void = () => {};

  private constructor(origins: Origins, closed: string, scenarios: readonly Scenario[]) {
    const { plain, secure, http2 } = origins;
    this.#origins = origins;
    this.#urls = {
      origin: plain.url,
      closed,
      secure: secure.url,
      plaintext: plain.url.replace('http:', 'https:'),
      http2: http2.url,
    };
    this.#left = [...scenarios];
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  static async listen(origins: Origins, closed: string, scenarios: readonly Scenario[]): Promise<Control> {
    const control = new Control(origins, closed, scenarios);
    await control.#open();
    return control;
  }

  get url(): string {
    return this.#served?.url ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#served?.close();
  }

  async #open(): Promise<void> {
    this.#served = await serve((request, response) => this.#answer(request, response));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('access-control-allow-origin', '*');
    const body = (await request.setEncoding('utf8').toArray()).join('');
    response.end(JSON.stringify(request.url === '/next' ? this.#next() : this.#note(JSON.parse(body))));
  }

  #next(): { method: string; url: string; check: string | undefined } | null {
    this.#current = this.#left.shift();
    if (!this.#current) {
      this.#finish();
      return null;
    }
    const { method, place, acts, streams, check } = this.#current;
    this.#before = this.#counts();
    (place === 'secure' ? this.#origins.secure : this.#origins.plain).plays(...acts);
    this.#origins.http2.plays(...streams);
    return { method, url: this.#urls[place], check };
  }

  #note(told: Told | Checked | null): null {
    const { received, applied } = this.#counts();
    const scenario = this.#current as Scenario;
    const checked = told && 'wrong' in told ? told : undefined;
    const arrived: readonly ReceivedRequest[] = this.#origins.plain.requests.slice(this.#before.plain);
    const held = scenario.holds?.(arrived) ?? true;
    this.results.push({
      scenario,
      told: told && 'effect' in told ? told : null,
      wrong: checked?.wrong ?? (held ? undefined : `${arrived.length} requests, not as they should be`),
      received: received - this.#before.received,
      applied: applied - this.#before.applied,
    });
    return null;
  }

  #counts(): { plain: number; received: number; applied: number } {
    const { plain, secure, http2 } = this.#origins;
    return {
      plain: plain.requests.length,
      received: plain.requests.length + secure.requests.length + http2.received.length,
      applied: plain.applied.length + secure.applied.length + http2.applied.length,
    };
  }
}
