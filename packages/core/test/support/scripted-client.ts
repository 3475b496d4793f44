import type { VirtualClock } from '@twicesafe/testing';
import type { FailureOutcome } from '../../src/decision/outcome.ts';
import type { HeadersLike } from '../../src/decision/traits.ts';
import type { Client } from '../../src/operation/client.ts';

/** What one attempt of a scripted client comes to, and after how long. */
export type Act =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly afterMs?: number }
  | { readonly fails: FailureOutcome['delivery']; readonly kind?: FailureOutcome['kind']; readonly afterMs?: number }
  | { readonly hangs: true };

export interface ScriptedResponse {
  readonly status: number;
  readonly headers: HeadersLike;
}

/** A client whose attempts come to what the test says, on a virtual clock. Notes when each was sent. */
export class ScriptedClient implements Client<ScriptedResponse> {
  readonly signal: AbortSignal | undefined;
  readonly sentAtMs: number[] = [];
  readonly discarded: ScriptedResponse[] = [];
  readonly errors: Error[] = [];
  bodyUsed = false;
  readonly #clock: VirtualClock;
  readonly #acts: Act[];

  constructor(clock: VirtualClock, acts: readonly Act[], signal?: AbortSignal) {
    this.#clock = clock;
    this.#acts = [...acts];
    this.signal = signal;
  }

  async send(limit: AbortSignal | undefined): Promise<ScriptedResponse> {
    this.sentAtMs.push(this.#clock.now());
    const act = this.#acts.shift() ?? { status: 200 };
    await this.#pass('hangs' in act ? Number.POSITIVE_INFINITY : (act.afterMs ?? 0), limit);
    if ('status' in act) return { status: act.status, headers: new Headers(act.headers) };
    const error = Object.assign(new Error(`attempt ${this.sentAtMs.length} failed`), { act });
    this.errors.push(error);
    throw error;
  }

  failure(error: unknown): FailureOutcome {
    const act = (error as { act?: Act }).act;
    const told = act && 'fails' in act ? act : undefined;
    return { type: 'failure', kind: told?.kind ?? 'network', delivery: told?.fails ?? 'unknown', error };
  }

  async discard(response: ScriptedResponse): Promise<void> {
    this.discarded.push(response);
  }

  #pass(ms: number, limit: AbortSignal | undefined): Promise<void> {
    const signal = AbortSignal.any([this.signal, limit].filter((each) => each !== undefined));
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const cancel = ms === Number.POSITIVE_INFINITY ? () => {} : this.#clock.after(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        reject(signal.reason);
      });
    });
  }
}
