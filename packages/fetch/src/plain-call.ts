import { Operation, type Report, type Reporter, type RetryPolicy, rememberReport, runOperation } from '@twicesafe/core';
import { type FetchCall, FetchClient, watchFor } from './fetch-client.ts';
import type { FetchTraits } from './fetch-traits.ts';

/** Whether a policy has nothing to do with a call until the call fails: nothing to add, to measure, or to tell anybody. */
export function isPlainPolicy({ settings }: RetryPolicy): boolean {
  const { attemptTimeoutMs, deadlineMs, bufferResponseBytes, idempotencyKey, onEvent, rules } = settings;
  return !(attemptTimeoutMs || deadlineMs || bufferResponseBytes || idempotencyKey || onEvent || rules.length > 0);
}

/** Whether a call has a body that can be sent again as it stands. */
export function isPlainBody({ input, init }: Pick<FetchCall, 'input' | 'init'>): boolean {
  const body = init?.body;
  if (body === undefined || body === null) return typeof input === 'string' || !input.body;
  return typeof body === 'string' || body instanceof Blob;
}

/**
 * Sends a call that is expected to succeed, as most do. It becomes an operation when it fails, or when somebody asks for its
 * report; until then it costs two looks at the clock.
 *
 * @throws What fetch throws at once.
 */
export function sendPlain(policy: RetryPolicy, traits: FetchTraits, call: FetchCall): Promise<Response> {
  const { clock, budgets } = policy;
  const startMs = clock.now();
  const watch = watchFor(traits.method, call);
  const sent = call.fetch(call.input, watch ? { ...call.init, dispatcher: watch } : call.init);
  const operate = (): Promise<Response> => {
    const operation = new Operation(policy, traits, undefined, startMs);
    return runOperation(operation, new FetchClient(operation, call, watch), sent);
  };
  return sent.then((response) => {
    const { status } = response;
    if (status < 200 || status > 299 || !budgets.quiet || call.signal?.aborted) return operate();
    rememberReport(response, new PlainSuccess(policy, traits, response, startMs, clock.now()));
    return response;
  }, operate);
}

/** What is left of a call that succeeded. Not its body: a response must not keep that in memory. */
class PlainSuccess implements Reporter {
  readonly #policy: RetryPolicy;
  readonly #traits: FetchTraits;
  readonly #response: Response;
  readonly #startMs: number;
  readonly #endMs: number;

  constructor(policy: RetryPolicy, traits: FetchTraits, response: Response, startMs: number, endMs: number) {
    this.#policy = policy;
    this.#traits = traits;
    this.#response = response;
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  report(): Report {
    const operation = new Operation(this.#policy, this.#traits, undefined, this.#startMs);
    const { status, headers } = this.#response;
    operation.recordSuccess({ type: 'response', status, headers }, this.#endMs);
    return operation.report();
  }
}
