import type { TimeLimitError } from '@twicesafe/core';
import type { Operation, Outcome } from '@twicesafe/core/adapter';
import { abortReason, attemptHeaders, gateDelayMs, limitError, waitForGate } from '@twicesafe/core/adapter';
import type { RequestError, Response, RetryObject } from 'got';
import { contentOf, isUsed } from './body.ts';
import { BodyRetry, bodyJudged, waitMsOf } from './body-judged.ts';
import type { CallersRetry } from './callers-retry.ts';
import { endLate, endWithout, isAborted } from './end-without.ts';
import { ErrorInHand, nameLimit } from './error-in-hand.ts';
import { GotAttempt } from './got-attempt.ts';
import { KeyOrigin } from './key-origin.ts';
import { type SentOptions, traitsOf } from './traits.ts';

/** One call of got as an operation. got's own loop reports its attempts through the options, and asks what follows. */
export class GotCall {
  readonly operation: Operation;
  readonly signal: AbortSignal | undefined;
  readonly #callersRetry: CallersRetry;
  readonly #method: string;
  readonly #keyOrigin: KeyOrigin;
  readonly #errors = new ErrorInHand();
  #attempt: GotAttempt | undefined;
  /** What twicesafe added to the last attempt. */
  #added: ReadonlyMap<string, string> = new Map();
  /** Undefined until a redirect is followed. got repeats the last hop, so it counts for later attempts, too. */
  #hop: { readonly sameMethod: boolean } | undefined;
  #response: Response | undefined;
  #overdue: TimeLimitError | undefined;
  #over = false;

  constructor(operation: Operation, signal: AbortSignal | undefined, callersRetry: CallersRetry) {
    this.operation = operation;
    this.signal = signal;
    this.#callersRetry = callersRetry;
    this.#method = operation.traits.method;
    this.#keyOrigin = new KeyOrigin(operation);
  }

  /** Whether the call has ended. Its options may serve another one, as in got's pagination. */
  get over(): boolean {
    return this.#over;
  }

  /** The first `beforeRequest` hook, for attempts and for redirects that they follow. */
  readonly prepare = async (options: SentOptions): Promise<void> => {
    if (this.#over && !this.#overdue) return;
    if (!this.#attempt) {
      const delayMs = this.operation.nextAttempt === 1 ? gateDelayMs(this.operation) : 0;
      if (delayMs > 0) await waitForGate(this.operation, delayMs, this.signal);
      this.#throwIfEnded();
      // got keeps the headers of the attempt before, with a credential that may be gone.
      for (const [name, value] of this.#added) if (options.headers[name] === value) delete options.headers[name];
      this.#added = new Map(attemptHeaders(this.operation).map(([name, value]) => [name.toLowerCase(), value]));
      for (const [name, value] of this.#added) options.headers[name] = value;
      this.#attempt = this.#begin();
      this.#attempt.throwIfWithheld();
    }
    this.#keyOrigin.guard(options);
  };

  /** The last `beforeRequest` hook. got sends these options next, including the changes of the caller's hooks. */
  readonly handOver = (options: SentOptions): void => {
    if (this.#over && !this.#overdue) return;
    this.#throwIfEnded();
    this.#keyOrigin.guard(options);
    this.operation.replaceRequest(traitsOf(options), () => contentOf(options));
    this.#attempt?.handOver(options);
  };

  /** `retry.calculateDelay`, which got calls after every failed attempt. 0 stops. */
  readonly calculateDelay = async (state: RetryObject): Promise<number> => {
    const { error } = state;
    const attempt = this.#attempt;
    if (!attempt) return error.cause instanceof BodyRetry ? waitMsOf(this.operation) : 0;
    let outcome = attempt.outcome(error);
    if (String(error.name) === 'RetryError') {
      // The caller's afterResponse hook sends another request, whatever we say. got answers the same.
      this.#judge(outcome, true, error);
      return 1;
    }
    // Any other error about a complete response came from a function of the caller's.
    let accepted = outcome.type === 'response' && error.name !== 'HTTPError';
    const examined =
      this.operation.examine(outcome, this.#endOf(attempt, accepted), this.signal) ??
      bodyJudged(this.operation, outcome, error.response, this.signal);
    outcome = (await examined) ?? outcome;
    try {
      accepted ||=
        this.operation.wouldRetry(outcome, this.#endOf(attempt, false)) && (await this.#callersRetry.forbid(state));
    } catch (thrown) {
      this.#judge(outcome, true, error);
      throw thrown;
    }
    this.#judge(outcome, accepted, error);
    return waitMsOf(this.operation);
  };

  /** The first `afterResponse` hook. got doesn't ask for a retry after a success, so its body is judged here. */
  readonly readBody = async (response: Response): Promise<Response> => {
    const attempt = this.#attempt;
    if (!attempt || response.statusCode >= 400) return response;
    const outcome = await bodyJudged(this.operation, attempt.answer(response), response, this.signal);
    if (!outcome) return response;
    this.#judge(outcome, false);
    if (this.operation.decision.action === 'stop') return response;
    throw new BodyRetry('The body of the response asks for another attempt');
  };

  /** The first `beforeError` hook. Chooses the error that matters. */
  readonly pickError = (error: RequestError): RequestError => {
    // got asks for no retry of a stream without a `retry` listener.
    if (this.#attempt) this.#judge(this.#attempt.outcome(error), true, error);
    nameLimit(error);
    return this.#errors.pick(error, this.operation);
  };

  /** got follows a redirect. 301, 302 and 303 ask for a GET (RFC 9110 section 15.4), whatever got sends. */
  readonly redirected = ({ method }: SentOptions, { statusCode }: Pick<Response, 'statusCode'>): void => {
    this.#hop = { sameMethod: this.#hop?.sameMethod !== false && statusCode >= 307 && method === this.#method };
    this.#attempt?.follow(this.#hop);
  };

  /** got has made Node's request. */
  readonly sent = (request: Parameters<GotAttempt['send']>[0]): void => {
    // The caller was answered, perhaps that nothing was applied.
    if (this.#over && this.operation.mayChange) request.destroy();
    // Without an attempt, a handler of the caller's took our hooks away.
    if (!this.#over) this.#attempt ??= this.#begin();
    this.#attempt?.send(request);
  };

  /** got returns a response. The limit of the attempt excludes a stream's body. */
  readonly answered = (response: Response): void => {
    this.#response = response;
    this.#attempt?.end();
  };

  /** The deadline is over. Returns the error for the caller. */
  expire(): TimeLimitError {
    this.#overdue = limitError(this.operation, 'deadline');
    this.#attempt?.cut(this.#overdue);
    return this.#overdue;
  }

  /** got's promise or stream brought its response, or a handler of the caller's answered without waiting for it. */
  succeed(): void {
    const { nextAttempt, decision } = this.operation;
    this.#over = true;
    if (this.#attempt && this.#response) this.#judge(this.#attempt.answer(this.#response), true);
    // Otherwise got resolved with an earlier response, because the last attempt, which is judged, brought none.
    else if (this.#attempt || nextAttempt === 1 || decision.action === 'retry') this.fail(undefined, true);
  }

  /** @param aborted - Whether the caller gave up. */
  fail(error: unknown, aborted: boolean = isAborted(this.signal, error)): void {
    const { operation } = this;
    this.#over = true;
    nameLimit(error);
    if (this.#attempt) {
      const response = this.#overdue ? undefined : this.#response;
      const outcome = response
        ? this.#attempt.answer(response)
        : this.#attempt.outcome(error ?? new Error('The caller gave up'));
      this.#judge(outcome, true, undefined, aborted);
    } else endWithout(operation, error, aborted ? 'aborted' : this.#overdue && 'deadline-over');
  }

  /** The call is over, with this value or error and the response that it may come with. */
  settle<Settled>(settled: Settled, error?: Partial<RequestError>): Settled {
    this.operation.settle(error ? error.response : this.#response);
    return this.operation.settle(settled);
  }

  #begin(): GotAttempt {
    this.#response = undefined;
    this.operation.begin();
    return new GotAttempt(this.operation, this.#hop);
  }

  #throwIfEnded(): void {
    if (this.signal?.aborted) throw abortReason(this.signal);
    // Timers come late when the machine is busy, and nothing is sent after the deadline, or after the key's window.
    if (this.#overdue ?? (this.operation.remainingMs ?? 1) <= 0) throw this.#overdue ?? this.expire();
    if (!this.#attempt && this.operation.isKeyOver) throw endLate(this.operation, this.#errors.latest);
  }

  #endOf(attempt: GotAttempt, accepted: boolean, aborted: boolean = isAborted(this.signal)) {
    return { aborted, accepted, bodyUsed: isUsed(attempt.body), keyRemoved: this.#keyOrigin.left };
  }

  #judge(outcome: Outcome, accepted: boolean, error?: RequestError, aborted?: boolean): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.#attempt = undefined;
    attempt.end();
    this.operation.judge(outcome, this.#endOf(attempt, accepted, aborted));
    this.#errors.see(outcome, error, attempt.handedOver);
  }
}
