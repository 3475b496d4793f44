import { CopiedTarget } from './copied-target.ts';
import type { SentRequest } from './sent-request.ts';
import { sentRequests } from './sent-requests.ts';
import type { StrayRequest } from './stray-requests.ts';

/** The request that an attempt sends through code of others. */
export interface CopiedRequest {
  readonly method: string;
  /** Whether a copy may change something, whatever the method says. */
  readonly mayChange: boolean;
  /** The absolute URL, or the path alone where the dispatcher knows the origin. */
  readonly url: string;
  /** The headers that carry the key: they are for this origin only. */
  readonly keyHeaders: readonly (readonly [name: string, value: string])[];
}

/** How a copy ended, as far as it did. */
export interface CopyEnd {
  readonly status: number | undefined;
  readonly error: unknown;
  /** Whether a byte of it was handed to a connection. */
  readonly written: boolean;
}

const UNDER_WAY: CopyEnd = { status: undefined, error: undefined, written: false };

const NONE: ReadonlyMap<object, CopyEnd> = /* @__PURE__ */ new Map();

/**
 * Watches what a function of others really sends while it handles one attempt: a fetch, an adapter, an interceptor. It
 * sees every request that undici and `node:http` make in this thread. A request outside all attempts may be a copy for
 * any of them, so a repeat in another asynchronous context is noticed too.
 */
export class CopyWatch {
  readonly #method: string;
  readonly #target: CopiedTarget;
  readonly #keys: CopiedRequest['keyHeaders'];
  /** The requests that this attempt accounts for, and how each ended. */
  #copies: ReadonlyMap<object, CopyEnd> = NONE;
  /** Whether there was a request that may be a copy, and cannot be followed. */
  #doubtful = false;
  #keyLeft = false;
  #wasSingle: boolean | undefined;
  /** How many requests of no attempt there were when the watch ended. */
  #strays = 0;

  private constructor(request: CopiedRequest) {
    this.#target = new CopiedTarget(request);
    this.#method = request.method;
    this.#keys = request.keyHeaders;
  }

  /** @returns undefined if a copy is harmless, or if the runtime doesn't show requests. */
  static for(request: CopiedRequest): CopyWatch | undefined {
    return request.mayChange && sentRequests.open() ? new CopyWatch(request) : undefined;
  }

  /** Calls the function, and watches until what it returns settles. */
  follow<Sent>(send: () => Promise<Sent>): Promise<Sent> {
    try {
      // A mock may return its response without a promise. What sends whenever its `then` is called is asked once.
      const sent = this.open(() => Promise.resolve(send()));
      const end = (): void => this.end();
      sent.then(end, end);
      return sent;
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Calls the function, and watches until `end` is called. It must be called, however the function ends. */
  open<Result>(send: () => Result): Result {
    sentRequests.active.add(this);
    return sentRequests.ambient.run(this, send);
  }

  /** An attempt is over, and another one may follow in the same watch. */
  pause(): void {
    if (this.#wasSingle !== undefined) return;
    this.#wasSingle = this.single;
    this.#strays = sentRequests.strays.count;
  }

  /** Another attempt begins. What the one before still sends may be a copy of this one. */
  restart(): void {
    [this.#copies, this.#doubtful, this.#wasSingle] = [NONE, false, undefined];
  }

  /** Ends the watch. What is sent later may still be a copy. */
  end(): void {
    sentRequests.active.delete(this);
    this.pause();
  }

  /**
   * Whether there was exactly one copy when the attempt was over, and maybe another one since: in the same asynchronous
   * context, as of a request that hedges, or in another one, as of a queue.
   */
  get sentLater(): boolean {
    if (!this.#wasSingle) return false;
    const isLike = ({ method, origin, path }: StrayRequest): boolean =>
      method === this.#method && this.#target.isOn(origin) && this.#target.leadsTo(path);
    return !this.single || sentRequests.strays.mayInclude(this.#strays, isLike);
  }

  /** Whether exactly one copy was seen, without a doubtful request. */
  get single(): boolean {
    return this.#copies.size === 1 && !this.#doubtful;
  }

  /**
   * Which copies a status leaves unseen: none, `others` than one that succeeded, or all. A success that belongs to none
   * of the copies may come from a cache, a queue or another request.
   */
  unseenBehind(status: number): boolean | 'others' {
    if (this.answeredWith(status)) return false;
    if (!isSuccess(status)) return status >= 400;
    return [...this.#copies.values()].some((end) => isSuccess(end.status)) ? 'others' : true;
  }

  /**
   * Whether every copy that was sent got this status. The fetch of the standard itself sends another one after a 421
   * (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch).
   */
  answeredWith(status: number): boolean {
    if (this.#doubtful || this.#copies.size === 0) return false;
    return [...this.#copies.values()].every((end) => end.status === status);
  }

  /** How the only copy ended. Undefined if there may be another one. */
  get onlyEnd(): CopyEnd | undefined {
    const [end] = this.#copies.values();
    return this.single ? end : undefined;
  }

  /** Whether a request to another origin carried the key. */
  get keyLeft(): boolean {
    return this.#keyLeft;
  }

  /**
   * A request was made in the course of this attempt.
   *
   * @returns Whether it is the one that this attempt was expected to make.
   */
  takes(request: object, sent: SentRequest): boolean {
    this.seesKey(sent);
    if (this.#isHarmless(sent)) return false;
    if (sent.method !== this.#method || !this.#target.isOn(sent.origin) || !this.#target.leadsTo(sent.path)) {
      this.#doubtful = true;
      return false;
    }
    this.#copies = new Map([...this.#copies, [request, UNDER_WAY]]);
    return this.#copies.size === 1;
  }

  /**
   * A request was made outside all attempts, or is one too many for another. It may be a copy at the same place,
   * whatever its method, or one with the same method at another path or on another origin.
   */
  suspects(sent: SentRequest): void {
    this.seesKey(sent);
    if (this.#isHarmless(sent)) return;
    const alike = [sent.method === this.#method, this.#target.isOn(sent.origin), this.#target.leadsTo(sent.path)];
    if (alike.filter(Boolean).length >= 2) this.#doubtful = true;
  }

  /**
   * undici wrote a request a second time, as it does with an idempotent one that waited behind another in a pipeline.
   */
  writtenAgain(request: object): void {
    if (this.#copies.has(request)) this.#doubtful = true;
  }

  seesKey({ origin, carries }: SentRequest): void {
    if (!this.#target.isOn(origin) && this.#keys.some(([, value]) => carries(value))) this.#keyLeft = true;
  }

  /** A request was answered, or failed. */
  ended(request: object, end: CopyEnd): void {
    if (this.#copies.has(request)) this.#copies = new Map([...this.#copies, [request, end]]);
  }

  /** A safe request isn't a copy of another method, such as a look-up before a POST. */
  #isHarmless({ harmless, method }: SentRequest): boolean {
    return harmless && method !== this.#method;
  }
}

function isSuccess(status = 0): boolean {
  return status >= 200 && status < 300;
}
