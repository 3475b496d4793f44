import { type HttpHandler, HttpResponse, http } from 'msw';
import { FAULTS, type Fault } from './scenario.ts';

/** A request as the origin saw it. */
export interface Arrival {
  readonly atMs: number;
  readonly fault: Fault;
  /** Whether it changed the state of the origin. */
  readonly took: boolean;
  /** Whether the origin knew its key and answered without working again. */
  readonly recognized: boolean;
}

/** An origin that plays one fault per request, honors idempotency keys, and keeps a ledger. */
export class PlaygroundOrigin {
  readonly arrivals: Arrival[] = [];
  readonly handler: HttpHandler;
  readonly #faults: readonly Fault[];
  readonly #keys = new Set<string>();
  readonly #startMs = performance.now();

  constructor(url: string, faults: readonly Fault[]) {
    this.#faults = faults;
    this.handler = http.all(url, ({ request }) => this.#answer(request));
  }

  #answer(request: Request): Response {
    const fault = this.#faults[this.arrivals.length] ?? 'none';
    const { effect, status } = FAULTS[fault];
    const key = request.headers.get('Idempotency-Key');
    const recognized = effect && key !== null && this.#keys.has(key);
    const took = effect && request.method !== 'GET' && !recognized;
    if (took && key !== null) this.#keys.add(key);
    this.arrivals.push({ atMs: performance.now() - this.#startMs, fault, took, recognized });
    if (status === 0) return HttpResponse.error();
    return HttpResponse.json({ order: 7 }, { status, headers: status === 503 ? { 'Retry-After': '1' } : {} });
  }
}
