import type { VirtualClock } from '@twicesafe/testing';
import type { FailureOutcome, Hop, ResponseOutcome } from '../../src/decision/outcome.ts';
import type { HeadersLike } from '../../src/decision/traits.ts';
import type { Client } from '../../src/operation/client.ts';

/** How one attempt of a scripted client ends, and after how long. */
export type Act =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly hop?: Hop;
      readonly unseenCopies?: boolean;
      /** The body. A function is called with the signal of the look. */
      readonly body?: string | ((signal: AbortSignal) => Promise<string | undefined>);
      readonly keyRemoved?: boolean;
      readonly afterMs?: number;
    }
  | {
      readonly fails: FailureOutcome['delivery'];
      readonly kind?: FailureOutcome['kind'];
      readonly keyRemoved?: boolean;
      readonly afterMs?: number;
    }
  | { readonly hangs: true };

export interface ScriptedResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  readonly hop?: Hop | undefined;
  readonly unseenCopies?: boolean | undefined;
  readonly body?: string | ((signal: AbortSignal) => Promise<string | undefined>) | undefined;
}

/** A client whose attempts end as the test says, on a virtual clock. Records when each was sent. */
export class ScriptedClient implements Client<ScriptedResponse> {
  readonly signal: AbortSignal | undefined;
  readonly sentAtMs: number[] = [];
  readonly responses: ScriptedResponse[] = [];
  readonly discarded: ScriptedResponse[] = [];
  readonly errors: Error[] = [];
  readonly cuts: Error[] = [];
  looks = 0;
  bodyUsed = false;
  keyRemoved = false;
  readonly #clock: VirtualClock;
  readonly #acts: Act[];
  #cut: ((error: Error) => void) | undefined;

  constructor(clock: VirtualClock, acts: readonly Act[], signal?: AbortSignal) {
    this.#clock = clock;
    this.#acts = [...acts];
    this.signal = signal;
  }

  async send(_limited: boolean): Promise<ScriptedResponse> {
    this.sentAtMs.push(this.#clock.now());
    const act = this.#acts.shift() ?? { status: 200 };
    await this.#pass('hangs' in act ? Number.POSITIVE_INFINITY : (act.afterMs ?? 0));
    if ('keyRemoved' in act && act.keyRemoved) this.keyRemoved = true;
    if ('status' in act) {
      const response = {
        status: act.status,
        headers: new Headers(act.headers),
        hop: act.hop,
        unseenCopies: act.unseenCopies,
        body: act.body,
      };
      this.responses.push(response);
      return response;
    }
    const error = Object.assign(new Error(`attempt ${this.sentAtMs.length} failed`), { act });
    this.errors.push(error);
    throw error;
  }

  cut(error: Error): void {
    this.cuts.push(error);
    this.#cut?.(error);
  }

  outcome({ status, headers, hop, unseenCopies }: ScriptedResponse): ResponseOutcome {
    return { type: 'response', status, headers, hop, unseenCopies };
  }

  async look({ body }: ScriptedResponse, _maxBytes: number, signal: AbortSignal): Promise<string | undefined> {
    this.looks++;
    return typeof body === 'function' ? body(signal) : body;
  }

  failure(error: unknown): FailureOutcome {
    const act = (error as { act?: Act }).act;
    const scripted = act && 'fails' in act ? act : undefined;
    return { type: 'failure', kind: scripted?.kind ?? 'network', delivery: scripted?.fails ?? 'unknown', error };
  }

  discard(response: ScriptedResponse): void {
    this.discarded.push(response);
  }

  #pass(ms: number): Promise<void> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = ms === Number.POSITIVE_INFINITY ? () => {} : this.#clock.after(ms, resolve);
      const end = (reason: unknown): void => {
        cancel();
        reject(reason);
      };
      this.#cut = end;
      signal?.addEventListener('abort', () => end(signal.reason));
    });
  }
}
