import { Operation, type Report, type Reporter, type RetryPolicy, rememberReport, runOperation } from '@twicesafe/core';
import type { DispatchWatch } from '@twicesafe/evidence';
import { REPLAYABLE } from './fetch-body.ts';
import { FetchClient, type Send, signalOf, watchFor } from './fetch-client.ts';
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
 * A call that is expected to succeed, as most do. It becomes an operation when it fails, or when somebody asks for its report;
 * until then it costs two looks at the clock.
 */
export class PlainCall implements Reporter {
  readonly #policy: RetryPolicy;
  readonly #fetch: Send;
  readonly #input: string | Request;
  /** Ours to change. */
  readonly #init: InitMembers | undefined;
  readonly #startMs: number;
  #watch: DispatchWatch | undefined;
  /** The caller's own, while the watch stands in its place. */
  #dispatcher: unknown;
  #sent: Promise<Response> | undefined;
  #response: Response | undefined;
  #endMs = 0;

  constructor(policy: RetryPolicy, fetch: Send, input: string | Request, init: InitMembers | undefined) {
    this.#policy = policy;
    this.#fetch = fetch;
    this.#input = input;
    this.#init = init;
    this.#startMs = policy.clock.now();
  }

  /** @throws What fetch throws at once. */
  send(): Promise<Response> {
    if (!this.#policy.gate.isQuiet(this.#startMs)) return this.#operate();
    const fetch = this.#fetch;
    const input = this.#input;
    const init = this.#init;
    this.#watch = watchFor(methodOf(input, init), input, init, NO_FIELDS);
    if (this.#watch && init) {
      this.#dispatcher = init.dispatcher;
      init.dispatcher = this.#watch;
    }
    const sent = fetch(input, init);
    this.#sent = sent;
    return sent.then(
      (response) => this.#settle(response),
      () => this.#operate(),
    );
  }

  report(): Report {
    const operation = this.#operation();
    const { status, headers } = this.#response as Response;
    operation.recordSuccess({ type: 'response', status, headers }, this.#endMs);
    return operation.report();
  }

  #settle(response: Response): Response | Promise<Response> {
    const { clock, budgets } = this.#policy;
    const { status } = response;
    if (status < 200 || status > 299 || !budgets.quiet || signalOf(this.#input, this.#init)?.aborted)
      return this.#operate();
    this.#response = response;
    this.#endMs = clock.now();
    this.#sent = undefined;
    // A response must not keep the body in memory that it is the answer to.
    if (this.#init) this.#init.body = null;
    rememberReport(response, this);
    return response;
  }

  #operation(): Operation {
    return new Operation(this.#policy, new FetchTraits(this.#input, this.#init), undefined, this.#startMs);
  }

  #operate(): Promise<Response> {
    const operation = this.#operation();
    if (this.#watch && this.#init) this.#init.dispatcher = this.#dispatcher;
    const call = { fetch: this.#fetch, input: this.#input, init: this.#init, body: REPLAYABLE };
    return runOperation(operation, new FetchClient(operation, call, this.#watch), this.#sent);
  }
}
