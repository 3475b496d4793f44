import type { FailureDelivery, FailureOutcome, Hop, ResponseOutcome } from '@twicesafe/core/adapter';
import { bufferResponse } from '../buffer-response.ts';
import { CopyWatch } from '../copies/copy-watch.ts';
import { deliveryOfCopy } from '../copies/delivery-of-copy.ts';
import { deliveryOf } from '../delivery/delivery-of.ts';
import { failureKindOf } from '../delivery/failure-kind-of.ts';
import { isOwnConnection } from '../own-connection.ts';
import { isOwnFetch } from '../own-fetch.ts';
import { DispatchWatch } from './dispatch-watch.ts';
import { hasDispatchers, isPlainGlobal, isUndicis, lendDispatcher } from './dispatcher.ts';
import { isDispatcher } from './dispatcher-like.ts';
import { type FetchAttemptRequest, type FetchInit, PlainAttempt } from './plain-attempt.ts';
import { ResponseHold } from './response-hold.ts';

/** One attempt of a client that sends with fetch. */
export class FetchAttempt extends PlainAttempt {
  #watch: DispatchWatch | undefined;
  #copies: CopyWatch | undefined;
  /** Whether code of others answers what is written to a connection, as MSW and nock do. */
  #mocked = false;
  #lent = false;
  #truncated = false;
  #error: unknown;
  /** Whether it was not sent, because a copy of the one before it may be under way. */
  #withheld = false;
  readonly #previous: FetchAttempt | undefined;

  /** @param previous - The attempt before it. A copy that was sent after its end makes this one unsafe. */
  constructor(request: FetchAttemptRequest, previous?: FetchAttempt) {
    super(request, isOwnFetch(request.fetch), failureKindOf);
    this.#previous = previous;
  }

  override send(input: string | URL | Request, init: FetchInit | undefined, limited: boolean): Promise<Response> {
    const previous = this.#previous;
    if (previous?.sentLater && !this.request.repeatable) {
      this.#withheld = true;
      return Promise.reject(previous.#error ?? new Error('A copy of the request was sent after its attempt'));
    }
    this.#mocked = this.own && this.request.mayChange && !isOwnConnection();
    const copies = this.#mocked || this.#passesOthers(input, init) ? CopyWatch.for(this.request) : undefined;
    this.#copies = copies;
    // What sends when its `then` is called is asked here, where it is watched.
    return copies
      ? copies.open(() => Promise.resolve(this.#send(input, init, limited)))
      : this.#send(input, init, limited);
  }

  #send(input: string | URL | Request, init: FetchInit | undefined, limited: boolean): Promise<Response> {
    if (!this.own) return super.send(input, init, limited);
    const watch = this.#watchFor(init?.dispatcher, limited);
    if (!watch) {
      const sent = super.send(input, init, limited);
      return this.request.holdBytes > 0 ? this.#read(sent) : sent;
    }
    const { fetch } = this.request;
    if (!isRequest(input) || init?.dispatcher !== undefined) return fetch(input, { ...init, dispatcher: watch });
    this.#lent = true;
    return lendDispatcher(watch, () => fetch(input, init));
  }

  override get keyRemoved(): boolean {
    return super.keyRemoved || this.#watch?.leftOrigin === true || this.#copies?.keyLeft === true;
  }

  override cut(error: Error): void {
    this.#watch?.close(error);
    super.cut(error);
  }

  /** Whether this attempt or one before it sent a copy after its end, as a request that hedges does. */
  get sentLater(): boolean {
    return this.#copies?.sentLater === true || this.#previous?.sentLater === true;
  }

  override outcome(response: Response): ResponseOutcome {
    this.#copies?.end();
    return super.outcome(response);
  }

  override failure(error: unknown): FailureOutcome {
    this.#copies?.end();
    this.#error = error;
    if (this.#withheld) return { ...super.failure(error), delivery: 'unknown' };
    if (!this.#truncated && this.#watch?.truncated !== true) return super.failure(error);
    return { type: 'failure', kind: 'truncated-body', delivery: 'unknown', error };
  }

  /** Whether other code runs between this attempt and the connection, so that it may send copies of the request. */
  #passesOthers(input: string | URL | Request, init: FetchInit | undefined): boolean {
    if (!this.own) return true;
    if (!hasDispatchers()) return false;
    const { dispatcher } = init ?? {};
    if (dispatcher !== undefined && dispatcher !== null) return !(isDispatcher(dispatcher) && isUndicis(dispatcher));
    // A Request may have a dispatcher of its own.
    return isRequest(input) || !isPlainGlobal();
  }

  /** A watch, where the runtime has dispatchers and there is something to see, to end or to hold back. */
  #watchFor(dispatcher: unknown, limited: boolean): DispatchWatch | undefined {
    const callers = isDispatcher(dispatcher) ? dispatcher : undefined;
    if ((dispatcher !== undefined && dispatcher !== null && !callers) || !hasDispatchers()) return undefined;
    const { holdBytes, clock, keyHeaders } = this.request;
    if (holdBytes === 0 && !limited && keyHeaders.length === 0 && !this.request.mayChange) return undefined;
    const hold = holdBytes > 0 ? new ResponseHold(holdBytes, clock, () => this.request.repeatable) : undefined;
    this.#watch = new DispatchWatch(callers, keyHeaders, hold);
    return this.#watch;
  }

  async #read(sent: Promise<Response>): Promise<Response> {
    const response = await sent;
    try {
      await bufferResponse(response, this.request.holdBytes);
    } catch (error) {
      if (!this.request.repeatable) return response;
      this.#truncated = true;
      throw error;
    }
    return response;
  }

  protected override hopOf(response: Response): Hop | undefined {
    const watch = this.#watch;
    if (!watch?.used) {
      // Its copies say what no redirect did: a function of others may put a base before the URL.
      const isOurs = response.redirected !== true && this.#copies?.answeredWith(response.status);
      return isOurs ? undefined : super.hopOf(response);
    }
    // A chain of redirects may end where it began.
    const redirected = response.redirected === true || watch.redirected;
    return redirected ? { url: response.url, sameMethod: watch.sameMethod } : undefined;
  }

  protected override unseenBehind(status: number): boolean | 'others' {
    const watch = this.#watch;
    if (!this.request.mayChange) return false;
    // Of a success, one copy is enough.
    if (!this.#mocked && watch?.used && watch.plain && (status < 400 || watch.plainInside)) return false;
    if (this.#copies) return this.#copies.unseenBehind(status);
    return watch ? status >= 400 || 'others' : super.unseenBehind(status);
  }

  protected override deliveryOf(error: unknown): FailureDelivery {
    const watch = this.#watch;
    if (watch) return this.#deliveryUnder(watch, error);
    // A logger or an APM hands the error of its only copy on.
    if (!this.own) return this.#deliveryOfCopy(error);
    const { method, streamBody, followsRedirects: redirected } = this.request;
    const delivery = super.deliveryOf(error);
    return delivery === 'unknown' ? deliveryOf(error, { method, streamBody, redirected }) : delivery;
  }

  #deliveryUnder(watch: DispatchWatch, error: unknown): FailureDelivery {
    // Of a mocked connection, code of others may have sent copies.
    if ((this.#lent && !watch.used) || (this.#mocked && !this.#copies?.single)) return 'unknown';
    // It may announce nothing, and send more requests than this one: neither its silence nor its error proves anything.
    if (!watch.plain || !watch.plainInside) {
      const proves = watch.bridged && watch.single && !watch.started;
      return proves ? this.#deliveryOfCopy(error) : 'unknown';
    }
    if (!watch.started) {
      watch.close(new Error('The attempt was judged as never sent'));
      return 'never-sent';
    }
    // The request is under way, so only the protocol can still refuse it, and only this one: not a redirect's target.
    const refused = watch.single && !this.request.streamBody && deliveryOf(error) === 'refused';
    return refused ? 'refused' : 'unknown';
  }

  /** What an error proves that ended the only copy of a request. A stream may have failed by itself. */
  #deliveryOfCopy(error: unknown): FailureDelivery {
    const { method, streamBody } = this.request;
    return streamBody ? 'unknown' : deliveryOfCopy(this.#copies, error, method);
  }
}

function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && input !== null && 'headers' in input;
}
