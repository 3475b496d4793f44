import { Operation, type Report, type Reporter, type RetryPolicy, rememberReport, runOperation } from '@twicesafe/core';
import type { DispatchWatch } from '@twicesafe/runtime';
import { LASTING } from './fetch-body.ts';
import { type FetchCall, FetchClient, type Send, signalOf, watchFor } from './fetch-client.ts';
import { FetchTraits, methodOf } from './fetch-traits.ts';
import type { InitMembers } from './init.ts';

const NO_FIELDS: Operation['fields'] = [];

/** Whether a policy has nothing to do with a call until the call fails: nothing to add, to measure, or to tell anybody. */
export function isPlainPolicy({ settings }: RetryPolicy): boolean {
  const { attemptTimeoutMs, deadlineMs, bufferResponseBytes, attemptHeader, idempotencyKey, onEvent, rules } = settings;
  return !(
    attemptTimeoutMs ||
    deadlineMs ||
    bufferResponseBytes ||
    attemptHeader ||
    idempotencyKey ||
    onEvent ||
    rules.length > 0
  );
}

/** Whether a call has a body that can be sent again as it stands. */
export function isPlainBody(input: string | Request, init: InitMembers | undefined): boolean {
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
export function sendPlain(
  policy: RetryPolicy,
  fetch: Send,
  input: string | Request,
  init: InitMembers | undefined,
): Promise<Response> {
  const { clock, budgets, gate } = policy;
  const startMs = clock.now();
  const call = (): FetchCall => ({ fetch, input, init, body: LASTING });
  if (!gate.isQuiet(startMs)) return operateOn(call(), policy, startMs);
  const watch = watchFor(methodOf(input, init), input, init, NO_FIELDS);
  const sent = fetch(input, watch ? { ...init, dispatcher: watch } : init);
  const operate = (): Promise<Response> => operateOn(call(), policy, startMs, watch, sent);
  return sent.then((response) => {
    const { status } = response;
    const endMs = clock.now();
    if (status < 200 || status > 299 || !budgets.quiet || !gate.isQuiet(endMs) || signalOf(input, init)?.aborted)
      return operate();
    rememberReport(response, new PlainSuccess(policy, input, init, response, startMs, endMs));
    return response;
  }, operate);
}

/** @param sent - The first attempt, if it was sent already, and what watched it. */
function operateOn(
  call: FetchCall,
  policy: RetryPolicy,
  startMs: number,
  watch?: DispatchWatch,
  sent?: Promise<Response>,
): Promise<Response> {
  const operation = new Operation(policy, new FetchTraits(call.input, call.init), undefined, startMs);
  return runOperation(operation, new FetchClient(operation, call, watch), sent);
}

/** What is left of a call that succeeded. Not its body: a response must not keep that in memory. */
class PlainSuccess implements Reporter {
  readonly #policy: RetryPolicy;
  readonly #input: string | Request;
  readonly #method: string | undefined;
  readonly #headers: HeadersInit | undefined;
  readonly #response: Response;
  readonly #startMs: number;
  readonly #endMs: number;

  constructor(
    policy: RetryPolicy,
    input: string | Request,
    init: InitMembers | undefined,
    response: Response,
    startMs: number,
    endMs: number,
  ) {
    this.#policy = policy;
    this.#input = input;
    this.#method = init?.method;
    this.#headers = init?.headers;
    this.#response = response;
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  report(): Report {
    const traits = new FetchTraits(this.#input, { method: this.#method, headers: this.#headers });
    const operation = new Operation(this.#policy, traits, undefined, this.#startMs);
    const { status, headers } = this.#response;
    operation.recordSuccess({ type: 'response', status, headers }, this.#endMs);
    return operation.report();
  }
}
