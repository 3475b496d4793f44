import { TimeLimitError } from '@twicesafe/core';
import { abortReason, type Operation, type Outcome, type ResponseOutcome, sendWithin } from '@twicesafe/core/adapter';
import {
  discardResponse,
  FetchAttempt,
  type FetchAttemptRequest,
  type FetchFunction,
  type FetchInit,
  isOwnFetch,
} from '@twicesafe/evidence';

/** How one attempt is sent. */
export interface KyAttemptOptions {
  readonly fetch: FetchFunction;
  /** Whether the body is a stream, or may be one because a hook made the request. */
  readonly streamBody: boolean;
  /** Whether a hook sends the request to another origin than the one that the key was made for. */
  readonly isForeign: boolean;
  /** ky's limit on the attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** The attempt before it. A copy that was sent after its end makes this one unsafe. */
  readonly previous: KyAttempt | undefined;
}

/** One attempt of ky, with its response, and what ky's error means. */
export class KyAttempt {
  readonly operation: Operation;
  /** ky's limit on the attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly #options: KyAttemptOptions;
  readonly #request: Request;
  readonly #sent: FetchAttempt;
  /** Which of ky's limits ends the attempt, if one does. */
  readonly #limit: 'attempt-timeout' | 'deadline';
  #outcome: Outcome | undefined;
  #response: Response | undefined;
  #cancelLimit: (() => void) | undefined;

  constructor(operation: Operation, request: Request, options: KyAttemptOptions) {
    const { settings, clock, mayRepeat } = operation;
    this.operation = operation;
    this.timeoutMs = options.timeoutMs;
    this.#options = options;
    this.#request = request;
    const { remainingMs = Number.POSITIVE_INFINITY } = operation;
    this.#limit = remainingMs <= this.timeoutMs ? 'deadline' : 'attempt-timeout';
    const sent: FetchAttemptRequest = {
      fetch: options.fetch,
      method: request.method,
      mayChange: operation.mayChange,
      url: request.url,
      signal: request.signal,
      keyHeaders: options.isForeign ? [] : operation.privateHeaders,
      followsRedirects: request.redirect === 'follow',
      streamBody: options.streamBody,
      get repeatable() {
        return operation.repeatable;
      },
      holdBytes: mayRepeat ? settings.bufferResponseBytes : 0,
      clock,
    };
    this.#sent = new FetchAttempt(sent, options.previous ? options.previous.#sent : undefined);
  }

  /** The server's response, not what a hook put in its place. */
  get response(): Response | undefined {
    return this.#response;
  }

  /** How the attempt ended, as far as it did. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get method(): string {
    return this.#request.method;
  }

  /** Whether the caller or ky's time limit ended it. */
  get isAborted(): boolean {
    return this.#request.signal.aborted;
  }

  /** Whether the key wasn't sent, or reached another origin, so that it doesn't permit a retry. */
  get keyRemoved(): boolean {
    return this.#options.isForeign || this.#sent.keyRemoved;
  }

  /** @throws What fetch throws. */
  async send(init: FetchInit, around: (send: () => Promise<Response>) => Promise<Response>): Promise<Response> {
    const { signal } = this.#request;
    if (signal.aborted) {
      // A listener for events gave up.
      const error = abortReason(signal);
      this.#outcome = { type: 'failure', kind: 'caller-abort', delivery: 'never-sent', error };
      throw error;
    }
    try {
      this.#response = await this.#sendWithin(init, around);
    } catch (error) {
      const failure = this.#sent.failure(error);
      const isOurs = error instanceof TimeLimitError && error.endedBy(this.operation);
      this.#outcome = isOurs ? { ...failure, kind: error.limit } : failure;
      throw error;
    }
    this.#outcome = this.#sent.outcome(this.#response);
    return this.#response;
  }

  /** The outcome to judge, after a further look. */
  examined(outcome: Outcome): void {
    this.#outcome = outcome;
  }

  /** Ends the reading of the response's body after this time, in milliseconds. */
  limitBody(ms: number): void {
    const error = new Error('The body of an error took too long, and a retry follows');
    this.#cancelLimit = this.operation.clock.after(ms, () => this.#sent.cut(error), true);
  }

  /** ky is done with the attempt. Its time limit may not reach a retry, whose signal is that of a copy. */
  end(error: unknown): void {
    this.#cancelLimit?.();
    if (!this.#response && isTimeoutError(error)) this.#sent.cut(error as Error);
  }

  /**
   * How the attempt ended, according to ky's error, because only ky knows its own time limits. A response outranks a
   * hook's error.
   */
  outcomeFor(error: unknown): Outcome {
    const outcome = this.#outcome;
    if (outcome?.type === 'response') return outcome;
    if (outcome && (error as { cause?: unknown } | undefined)?.cause === outcome.error) return { ...outcome, error };
    if (!isTimeoutError(error) || error === outcome?.error) return outcome ?? this.#sent.failure(error);
    return { ...this.#sent.failure(error), kind: this.#limit };
  }

  /** What a hook put in place of the response, if ky's error is about that. */
  replacedBy(error: unknown): ResponseOutcome | undefined {
    const shown = httpResponseOf(error);
    if (!shown || !this.#response || shown === this.#response) return undefined;
    return { type: 'response', status: shown.status, headers: shown.headers };
  }

  #sendWithin(init: FetchInit, around: (send: () => Promise<Response>) => Promise<Response>): Promise<Response> {
    const { attemptTimeoutMs: ms } = this.operation.settings;
    const send = (limited: boolean) => around(() => this.#sent.send(this.#request, init, limited));
    const own = isOwnFetch(this.#options.fetch);
    // The runtime's own fetch can be cut at no cost. Any other would see a signal that bare ky does not give it.
    if (ms === undefined && own) return send(true);
    const limit = ms === undefined ? undefined : ({ kind: 'attempt-timeout', ms, shared: true } as const);
    const client = { send, cut: (error: Error) => this.#sent.cut(error), discard: discardResponse };
    // Only the own fetch is sure to obey the caller's signal.
    return sendWithin<Response>(limit, this.operation, client, own ? undefined : this.#request.signal);
  }
}

/** ky's own errors, recognized by name, because several copies of ky may be loaded. */
function isTimeoutError(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'TimeoutError';
}

/** The response of an HTTPError of ky's. */
export function httpResponseOf(error: unknown): Response | undefined {
  const { name, response } = (error ?? {}) as { name?: unknown; response?: Response };
  return name === 'HTTPError' ? response : undefined;
}

/**
 * Why ky rejects for another reason than the last attempt. A hook replaced the response, ky's time is over, or a hook
 * threw.
 */
export function endedBy(error: unknown): 'accepted' | 'deadline-over' | 'callback-failed' {
  if (httpResponseOf(error)) return 'accepted';
  return isTimeoutError(error) ? 'deadline-over' : 'callback-failed';
}
