import type { Operation, OperationResultEnvelope, TRPCClientError, TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { type Observable, observable } from '@trpc/server/observable';
import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { headersFrom, policyFrom, type ResponseOutcome, readRetry } from '@twicesafe/core/adapter';
import { anySignal } from '@twicesafe/evidence';
import { comparable, jsonOf, newScope } from './comparable.ts';
import { type AddedHeaders, runCall } from './run-call.ts';

type Envelope<Router extends AnyRouter> = OperationResultEnvelope<unknown, TRPCClientError<Router>>;

/** Each attempt's added headers, by the context that passes through the links, and whether a link took them. */
const added = new WeakMap<object, { readonly headers: AddedHeaders; taken: boolean }>();

/**
 * Returns the headers that twicesafe adds to an attempt, such as the idempotency key. A tRPC link can't add headers
 * itself, so call this function in the `headers` option of the link that sends. Otherwise the key isn't sent and
 * doesn't permit a retry.
 *
 * @example
 * httpLink({ url, headers: ({ op }) => retryHeaders(op) });
 */
export function retryHeaders({ context }: Pick<Operation, 'context'>): Record<string, string> {
  const found = added.get(context);
  if (!found) return {};
  found.taken = true;
  return Object.fromEntries(found.headers);
}

/**
 * Makes a tRPC link that retries queries, and retries mutations only if a duplicate is harmless. Subscriptions pass
 * through. Remove `retryLink`, which would retry as well.
 *
 * Pass options for a single call as `context: { retry: { idempotent: true } }`. A connection error may belong to
 * another hop, so it proves nothing here.
 *
 * @param options - `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} If an option is unknown or invalid.
 * @example
 * createTRPCClient<Router>({ links: [twicesafe(), httpLink({ url })] });
 */
export function twicesafe<Router extends AnyRouter>(options?: RetryOptions | RetryPolicy): TRPCLink<Router> {
  const policy = policyFrom(options);
  return () => {
    const scope = newScope();
    return ({ op, next }) => {
      if (op.type === 'subscription') return next(op);
      return observable((observer) => {
        const unsubscribed = new AbortController();
        let sent: { readonly headers: AddedHeaders; taken: boolean } | undefined;
        const call = runCall<Envelope<Router>>(policy, {
          traits: { method: op.type === 'query' ? 'GET' : 'POST', url: op.path, headers: headersFrom(undefined) },
          options: readRetry(op.context.retry),
          body: () => jsonOf(op.input),
          compared: () => comparable(op.input),
          scope,
          streamBody: false,
          signal: op.signal ? anySignal([op.signal, unsubscribed.signal]) : unsubscribed.signal,
          get keyMissing() {
            return sent?.taken !== true;
          },
          send(headers, signal) {
            const context = { ...op.context };
            sent = { headers, taken: false };
            added.set(context, sent);
            return once(next({ ...op, context, signal }));
          },
          outcome: ({ context }) => outcomeOf(context?.response as Response | undefined, 200) as ResponseOutcome,
          settled: ({ result }) => ('data' in result ? result.data : undefined),
          outcomeIn: (error) => errorOutcome(error as TRPCClientError<Router>),
        });
        call.then(
          (envelope) => {
            observer.next(envelope);
            observer.complete();
          },
          (error) => observer.error(error),
        );
        return () => unsubscribed.abort();
      });
    };
  };
}

/** Resolves to the single result of a query or a mutation. */
function once<Result>(source: Observable<Result, unknown>): Promise<Result> {
  return new Promise((resolve, reject) => {
    let last: Result;
    source.subscribe({
      next(result) {
        last = result;
      },
      error: reject,
      complete: () => resolve(last),
    });
  });
}

/** Returns the outcome with the status of this call. In a batch, the response's own status is different. */
function errorOutcome(error: TRPCClientError<AnyRouter>): ResponseOutcome | undefined {
  const response = error.meta?.response as Response | undefined;
  const status: unknown = (error.data as { httpStatus?: unknown } | undefined)?.httpStatus;
  if (typeof status === 'number') return outcomeOf(response, status);
  // If a successful response can't be parsed, it was cut off or another server sent it.
  return response && !response.ok ? outcomeOf(response, response.status) : undefined;
}

function outcomeOf(response: Response | undefined, status: number): ResponseOutcome {
  const hop = response?.redirected ? { url: response.url, sameMethod: false } : undefined;
  return { type: 'response', status, headers: headersFrom(response?.headers as Headers | undefined), hop };
}
