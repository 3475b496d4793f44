import {
  type Client,
  type FailureOutcome,
  Nesting,
  type Operation,
  type ResponseOutcome,
} from '@twicesafe/core/adapter';
import { discardResponse, hasSeveralWrapped, isOwnFetch } from '@twicesafe/evidence';
import type { AxiosPromise, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { AxiosAttempt, type AxiosRequest } from './axios-attempt.ts';
import { textOf } from './body-text.ts';
import type { AxiosErrorLike } from './failure-kind.ts';
import { headersOf } from './traits.ts';

/** A complete response, and the error that axios made of it if `validateStatus` does not accept its status. */
export interface Answer {
  readonly response: AxiosResponse;
  readonly error?: unknown;
}

/** The `Client` of one axios call. Sends its attempts, and knows what their responses and errors mean. */
export class AxiosCall implements Client<Answer> {
  readonly signal: AbortSignal | undefined;
  readonly #operation: Operation;
  readonly #request: AxiosRequest;
  readonly #send: (config: InternalAxiosRequestConfig) => AxiosPromise;
  #attempt: AxiosAttempt | undefined;
  readonly #attempts: AxiosAttempt[] = [];
  /** Whether the last attempt was not sent, because a copy of one before it may be under way. */
  #withheld = false;
  #error: unknown;
  #nesting: Nesting | undefined;
  #callersError: { readonly error: unknown } | undefined;
  #canceled: unknown;

  constructor(
    operation: Operation,
    request: AxiosRequest,
    signal: AbortSignal | undefined,
    send: (config: InternalAxiosRequestConfig) => AxiosPromise,
  ) {
    this.#operation = operation;
    this.#request = request;
    this.signal = signal;
    this.#send = send;
  }

  get mayIgnoreAbort(): boolean {
    return !this.#request.own;
  }

  get bodyUsed(): boolean {
    return this.#request.body.used;
  }

  get keyRemoved(): boolean {
    return this.#attempt?.keyRemoved === true;
  }

  /** The error with which the adapter answered the caller's cancellation, if it was asked. */
  get canceled(): unknown {
    return this.#canceled;
  }

  async send(limited: boolean): Promise<Answer> {
    this.#withheld = this.#attempts.some(({ sentLater }) => sentLater) && !this.#operation.repeatable;
    if (this.#withheld) throw this.#error ?? new Error('A copy of the request was sent after its attempt');
    const attempt = new AxiosAttempt(this.#operation, this.#request);
    this.#attempts.push(attempt);
    this.#attempt = attempt;
    const config = this.#configOf(attempt, limited);
    try {
      const response = await attempt.follow(() => this.#nested(() => this.#send(config)));
      attempt.ended(response.request);
      return { response };
    } catch (error) {
      attempt.ended((error as AxiosErrorLike | null)?.request);
      const response = completeResponse(error);
      if (response) return { response, error };
      throw error;
    }
  }

  cut(error: Error): void {
    this.#attempt?.cut(error);
  }

  outcome({ response }: Answer): ResponseOutcome {
    const { status, headers } = response;
    const attempt = this.#attempt;
    const unseenCopies = attempt?.unseenBehind(status);
    return { type: 'response', status, headers: headersOf(headers), hop: attempt?.hopOf(response), unseenCopies };
  }

  async look({ response }: Answer, maxBytes: number): Promise<string | undefined> {
    return textOf(response.data, maxBytes);
  }

  failure(error: unknown): FailureOutcome {
    if (this.#callersError) return { type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error };
    if (this.signal?.aborted && isCancel(error)) this.#canceled = error;
    if (this.#withheld) return { type: 'failure', kind: 'network', delivery: 'unknown', error };
    this.#error = error;
    return (this.#attempt as AxiosAttempt).failure(error);
  }

  keep(answer: Answer): () => boolean {
    const { responseType } = this.#request.config;
    return () => {
      if (responseType !== 'stream') return true;
      // A stream that is not read keeps its connection from the retry.
      this.discard(answer);
      return false;
    };
  }

  discard({ response }: Answer): void {
    // Otherwise the data may be an object of the caller's, with a `destroy` of its own.
    if (this.#request.config.responseType === 'stream') discardResponse({ body: response.data });
  }

  /** Taken before axios transforms the data, because it does so again if a loop above gets the response again. */
  snapshot({ response, error }: Answer): () => Answer {
    const { data } = response;
    return () => {
      const again = { ...response, data, config: undefined } as unknown as AxiosResponse;
      return error === undefined ? { response: again } : { response: again, error: withResponse(error, again) };
    };
  }

  settled({ response }: Answer): AxiosResponse {
    return response;
  }

  errorOf({ error }: Answer): unknown {
    return error;
  }

  #configOf(attempt: AxiosAttempt, limited: boolean): InternalAxiosRequestConfig {
    try {
      return attempt.config(limited);
    } catch (error) {
      this.#callersError = { error };
      throw error;
    }
  }

  /** axios' own adapters never call a wrapped client, unless they are given a fetch or a transport. */
  #nested(send: () => AxiosPromise): AxiosPromise {
    const { own, config } = this.#request;
    const { fetch } = (config.env ?? {}) as { fetch?: unknown };
    const alone = own && fetch === undefined && (!globalThis.fetch || isOwnFetch(globalThis.fetch));
    if (alone || !hasSeveralWrapped()) return send();
    this.#nesting ??= new Nesting(this.#operation, config.data);
    return this.#nesting.send(send);
  }
}

/** A copy of an error of axios, for another call with another copy of its response. */
function withResponse(error: unknown, response: AxiosResponse): unknown {
  const copy: object = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error));
  return Object.assign(copy, { response, config: undefined });
}

/** The response of an error whose only cause is a status. A truncated response lacks data. */
function completeResponse(error: unknown): AxiosResponse | undefined {
  const { response } = (error ?? {}) as AxiosErrorLike;
  if (!('data' in Object(response))) return undefined;
  return typeof (response as AxiosResponse).status === 'number' ? (response as AxiosResponse) : undefined;
}

/** What `axios.isCancel` looks at. */
function isCancel(error: unknown): boolean {
  return (error as { __CANCEL__?: unknown } | null)?.__CANCEL__ === true;
}
