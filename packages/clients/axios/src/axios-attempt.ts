import {
  attemptHeaders,
  type FailureDelivery,
  type FailureOutcome,
  type Hop,
  type Operation,
  type ResponseOutcome,
} from '@twicesafe/core/adapter';
import {
  anySignal,
  CopyWatch,
  deliveryOfRequest,
  FetchAttempt,
  type FetchAttemptRequest,
  type FetchFunction,
  type FetchInit,
  isOwnConnection,
  isOwnTransport,
} from '@twicesafe/evidence';
import type { AxiosPromise, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { AxiosBody } from './body.ts';
import { type AxiosErrorLike, isRefusedByAxios, kindOf } from './failure-kind.ts';
import { ATTEMPT, fetchForAttempt } from './fetch-for-attempt.ts';
import type { AxiosTraits } from './traits.ts';
import { addressOf, isElsewhere, originOf } from './urls.ts';

/** The request of one axios call, which is the same on every attempt. */
export interface AxiosRequest {
  /** The caller's own config, which stays unchanged. */
  readonly config: InternalAxiosRequestConfig;
  readonly traits: AxiosTraits;
  readonly body: AxiosBody;
  /** Whether one of axios' own adapters sends it, unwrapped. */
  readonly own: boolean;
}

/** One attempt of axios, with its config and what its end proves. */
export class AxiosAttempt {
  readonly #operation: Operation;
  readonly #request: AxiosRequest;
  #controller: AbortController | undefined;
  #fetch: FetchAttempt | undefined;
  #copies: CopyWatch | undefined;
  #hop: Hop | undefined;
  #keyRemoved = false;
  /** What axios' fetch adapter was answered. */
  #answer: ResponseOutcome | undefined;
  #sent: unknown;

  constructor(operation: Operation, request: AxiosRequest) {
    this.#operation = operation;
    this.#request = request;
  }

  /** Whether a copy may have been sent after the attempt's end, which makes another one unsafe. */
  get sentLater(): boolean {
    return this.#copies?.sentLater === true || this.#fetch?.sentLater === true;
  }

  /** Whether the key was removed because a redirect led to another origin, or may have been sent there. */
  get keyRemoved(): boolean {
    return this.#keyRemoved || this.#isUnseen || this.#copies?.keyLeft === true || (this.#fetch?.keyRemoved ?? false);
  }

  /** Sends by the adapter. One of the caller's, or a replaced `node:http`, may send more than this request. */
  follow(send: () => AxiosPromise): AxiosPromise {
    const { own, traits } = this.#request;
    if (own && isOwnTransport()) return send();
    const { keyHeaders, mayChange } = this.#operation;
    this.#copies = CopyWatch.for({ method: traits.method, url: traits.url, keyHeaders, mayChange });
    return this.#copies ? this.#copies.follow(send) : send();
  }

  /**
   * The config of this attempt. It is a copy, because adapters write into it.
   *
   * @param limited - Whether `cut` may be called.
   */
  config(limited: boolean): InternalAxiosRequestConfig {
    const { config, body } = this.#request;
    const { type } = body;
    const headers = config.headers.concat();
    // With `true`, because axios does not set what the caller removed by `false`, and then a key would be permission
    // unsent.
    for (const [name, value] of attemptHeaders(this.#operation)) headers.set(name, value, true);
    if (type !== undefined) headers.setContentType(type);
    const callers = config.signal as AbortSignal | undefined;
    if (limited) this.#controller = new AbortController();
    const cut = this.#controller?.signal;
    return {
      ...config,
      headers,
      data: body.data(),
      ...(cut && { signal: callers ? anySignal([callers, cut]) : cut }),
      beforeRedirect: (...details) => this.#beforeRedirect(...details),
      env: { ...config.env, fetch: fetchForAttempt } as NonNullable<InternalAxiosRequestConfig['env']>,
      fetchOptions: { ...config.fetchOptions, [ATTEMPT]: this },
    };
  }

  /** Sends the request that axios' fetch adapter made. */
  async fetch(input: string | URL | Request, init: FetchInit | undefined): Promise<Response> {
    const { config, traits, body } = this.#request;
    const redirect: unknown = config.maxRedirects === 0 ? 'manual' : config.fetchOptions?.redirect;
    if (this.#fetch?.keyRemoved) this.#keyRemoved = true;
    const request: FetchAttemptRequest = {
      fetch: (config.env as { fetch?: FetchFunction } | undefined)?.fetch ?? globalThis.fetch,
      method: traits.method,
      mayChange: this.#operation.mayChange,
      get url() {
        return traits.url;
      },
      signal: undefined,
      keyHeaders: this.#operation.privateHeaders,
      followsRedirects: redirect === undefined || redirect === 'follow',
      streamBody: body.stream,
      repeatable: false,
      holdBytes: 0,
      clock: this.#operation.clock,
    };
    this.#fetch = new FetchAttempt(request);
    const response = await this.#fetch.send(input, init, false);
    this.#answer = this.#fetch.outcome(response);
    this.#hop = this.#answer.hop;
    return response;
  }

  /** axios shows what it sent, on its response or its error. */
  ended(request: unknown): void {
    this.#sent = request;
  }

  /** Ends the attempt, because its time is over. */
  cut(error: Error): void {
    this.#fetch?.cut(error);
    this.#controller?.abort(error);
  }

  /** The hop that a response came from, if a redirect was followed or may have been. */
  hopOf({ request }: AxiosResponse): Hop | undefined {
    const { traits, own } = this.#request;
    if (this.#isUnseen) return { url: traits.url, sameMethod: false };
    const { responseURL, res } = (request ?? {}) as { responseURL?: unknown; res?: { responseUrl?: unknown } };
    // Of XMLHttpRequest, and of node:http under another adapter.
    const url = responseURL ?? (own ? undefined : res?.responseUrl);
    if (this.#hop || typeof url !== 'string' || !isElsewhere(url, traits.url)) return this.#hop;
    return { url, sameMethod: false };
  }

  /** Which copies a status leaves unseen that code of others may have sent. axios' fetch adapter counts by itself. */
  unseenBehind(status: number): boolean | 'others' {
    if (this.#request.own && (this.#answer || this.#hop || !this.#copies)) return this.#answer?.unseenCopies ?? false;
    if (this.#copies) return this.#copies.unseenBehind(status);
    return this.#operation.mayChange && (status >= 400 || 'others');
  }

  failure(error: unknown): FailureOutcome {
    this.#copies?.end();
    return {
      type: 'failure',
      kind: kindOf(error, this.#answer !== undefined),
      delivery: this.#deliveryOf(error),
      error,
    };
  }

  /** Whether axios' fetch adapter sent the request on its own, as before axios 1.12. It hides redirects. */
  get #isUnseen(): boolean {
    return !this.#fetch && typeof Request === 'function' && this.#sent instanceof Request;
  }

  #deliveryOf(error: unknown): FailureDelivery {
    const { own, body } = this.#request;
    const { response } = (error ?? {}) as AxiosErrorLike;
    // Another adapter may have sent more requests than this one, or may send it later.
    if (!own || response || this.#hop || this.#answer) return 'unknown';
    if (this.#fetch) return this.#fetch.failure(error).delivery;
    if (isRefusedByAxios(error as AxiosErrorLike)) return 'never-sent';
    // MSW and nock answer what is written to a connection, and may send it as well.
    if (body.stream || this.#copies?.single === false || !isOwnConnection()) return 'unknown';
    return deliveryOfRequest(error, this.#sent);
  }

  /** axios' http adapter is about to follow a redirect. */
  #beforeRedirect(options: Record<string, unknown>, ...details: unknown[]): void {
    const { config, traits } = this.#request;
    this.#hop = { url: String(options.href), sameMethod: false };
    const target = addressOf(options);
    (config.beforeRedirect as ((...parameters: unknown[]) => void) | undefined)?.(options, ...details);
    this.#hop = { url: String(options.href), sameMethod: options.method === traits.method };
    if (originOf(options.href) === originOf(traits.url) && addressOf(options) === target) return;
    const names = this.#operation.privateHeaders.map(([name]) => name.toLowerCase());
    const headers = (options.headers ?? {}) as Record<string, unknown>;
    for (const name of Object.keys(headers)) {
      if (!names.includes(name.toLowerCase())) continue;
      delete headers[name];
      this.#keyRemoved = true;
    }
  }
}
