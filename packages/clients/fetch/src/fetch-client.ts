import { type Client, type FailureOutcome, methodSemantics, type Operation } from '@twicesafe/core';
import {
  bufferResponse,
  type DispatchWatch,
  deliveryOfCall,
  discardResponse,
  failureKindOf,
  watchDispatch,
} from '@twicesafe/evidence';
import type { FetchBody } from './fetch-body.ts';
import type { InitMembers } from './init.ts';

/** As much of fetch as it takes to send. */
export type Send = (input: string | Request, init?: InitMembers) => Promise<Response>;

/** What one call of fetch sends: the same on every attempt. */
export interface FetchCall {
  readonly fetch: Send;
  readonly input: string | Request;
  /** Ours to keep; undefined if the caller gave none. */
  readonly init: InitMembers | undefined;
  readonly body: FetchBody;
}

/** One call of fetch as an operation's client: sends its attempts, and tells what its errors mean. */
export class FetchClient implements Client<Response> {
  readonly signal: AbortSignal | undefined;
  readonly #operation: Operation;
  readonly #call: FetchCall;
  #attempts = 0;
  #watch: DispatchWatch | undefined;
  #truncated = false;

  /** @param watch - What watched the first attempt, if that was sent already. */
  constructor(operation: Operation, call: FetchCall, watch?: DispatchWatch) {
    this.#operation = operation;
    this.#call = call;
    this.#watch = watch;
    this.signal = signalOf(call.input, call.init);
  }

  get keyRemoved(): boolean {
    return this.#watch?.withheld ?? false;
  }

  get bodyUsed(): boolean {
    return this.#call.body.spent;
  }

  send(limit: AbortSignal | undefined): Promise<Response> {
    // Not as a method: browsers do not let fetch be called on another object.
    const { fetch, input } = this.#call;
    const sent = fetch(input, this.#nextInit(limit));
    const { bufferResponseBytes } = this.#operation.settings;
    return bufferResponseBytes > 0 ? this.#buffered(sent, bufferResponseBytes) : sent;
  }

  failure(error: unknown): FailureOutcome {
    if (this.#truncated) return { type: 'failure', kind: 'truncated-body', delivery: 'unknown', error };
    const { input, init } = this.#call;
    const redirect = init?.redirect ?? (typeof input === 'string' ? 'follow' : input.redirect);
    const delivery = deliveryOfCall(error, {
      method: this.#operation.traits.method,
      followsRedirects: redirect === 'follow',
      streamBody: init?.body instanceof ReadableStream,
      watch: this.#watch,
    });
    return { type: 'failure', kind: failureKindOf(error), delivery, error };
  }

  discard(response: Response, now: AbortSignal): Promise<void> {
    return discardResponse(response, now);
  }

  /** The caller's own init, if there is nothing to add. */
  #nextInit(limit: AbortSignal | undefined): InitMembers | undefined {
    const { init, body } = this.#call;
    const { traits, fields, attemptFields } = this.#operation;
    this.#attempts++;
    this.#truncated = false;
    this.#watch = watchFor(traits.method, this.#call.input, init, fields);
    if (!limit && !this.#watch && !body.fill && attemptFields.length === 0) return init;

    const next = { ...init };
    if (attemptFields.length > 0) {
      const headers = new Headers(traits.headers as Headers);
      for (const [name, value] of attemptFields) headers.set(name, value);
      next.headers = headers;
    }
    if (limit) next.signal = this.signal ? AbortSignal.any([this.signal, limit]) : limit;
    if (this.#watch) next.dispatcher = this.#watch;
    body.fill?.(next, this.#attempts);
    return next;
  }

  async #buffered(sent: Promise<Response>, limit: number): Promise<Response> {
    const response = await sent;
    try {
      await bufferResponse(response, limit);
    } catch (error) {
      this.#truncated = true;
      throw error;
    }
    return response;
  }
}

/**
 * Watches an attempt whose failure must be proved harmless: a safe method has no effect that could be in doubt. A Request may
 * bring a dispatcher of its own, which nobody can ask it for.
 */
export function watchFor(
  method: string,
  input: string | Request,
  init: InitMembers | undefined,
  fields: Operation['fields'],
): DispatchWatch | undefined {
  if (methodSemantics(method).safe || (typeof input !== 'string' && !init?.dispatcher)) return undefined;
  return watchDispatch(init?.dispatcher, fields);
}

/** The caller's own signal: null takes that of a Request away. */
export function signalOf(input: string | Request, init: InitMembers | undefined): AbortSignal | undefined {
  const signal = init?.signal === undefined && typeof input !== 'string' ? input.signal : init?.signal;
  return signal ?? undefined;
}
