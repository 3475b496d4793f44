import type { Operation, OperationResultEnvelope, TRPCClientError, TRPCLink } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { type Observable, observable } from '@trpc/server/observable';
import {
  headersFrom,
  policyFrom,
  type ResponseOutcome,
  type RetryOptions,
  type RetryPolicy,
  readRetry,
} from '@twicesafe/core';
import { anySignal } from '@twicesafe/evidence';
import { type AddedHeaders, runCall } from './run-call.ts';

type Envelope<Router extends AnyRouter> = OperationResultEnvelope<unknown, TRPCClientError<Router>>;

/** The headers of an attempt by the context that it carries through the links, and whether somebody took them. */
const added = new WeakMap<object, { readonly headers: AddedHeaders; taken: boolean }>();

/**
 * The headers that an attempt adds: the idempotency key, the number of the attempt. A link cannot add headers by itself, so give
 * this to the link that sends. Without it a key is not sent, and permits nothing.
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
 * A link for tRPC that repeats queries, and mutations only if a second copy can do no harm. Subscriptions are passed through.
 * Leave `retryLink` out.
 *
 * A call takes options as `context: { retry: { idempotent: true } }`. An error of the connection may belong to another hop, so it
 * proves nothing here.
 *
 * @param options - See `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 * @example
 * createTRPCClient<Router>({ links: [twicesafe(), httpLink({ url })] });
 */
export function twicesafe<Router extends AnyRouter>(options?: RetryOptions | RetryPolicy): TRPCLink<Router> {
  const policy = policyFrom(options);
  return () =>
    ({ op, next }) => {
      if (op.type === 'subscription') return next(op);
      return observable((observer) => {
        const unsubscribed = new AbortController();
        let sent: { readonly headers: AddedHeaders; taken: boolean } | undefined;
        const call = runCall<Envelope<Router>>(policy, {
          traits: { method: op.type === 'query' ? 'GET' : 'POST', url: op.path, headers: headersFrom(undefined) },
          options: readRetry(op.context.retry),
          body: JSON.stringify(op.input),
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
}

/** The one result of a query or a mutation. */
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

/** The status that the server gave this call: in a batch, the response has another one. */
function errorOutcome(error: TRPCClientError<AnyRouter>): ResponseOutcome | undefined {
  const response = error.meta?.response as Response | undefined;
  const status: unknown = (error.data as { httpStatus?: unknown } | undefined)?.httpStatus;
  if (typeof status === 'number') return outcomeOf(response, status);
  // What cannot be parsed in a successful response broke off, or is not the server's.
  return response && !response.ok ? outcomeOf(response, response.status) : undefined;
}

function outcomeOf(response: Response | undefined, status: number): ResponseOutcome {
  const hop = response?.redirected ? { url: response.url, sameMethod: false } : undefined;
  return { type: 'response', status, headers: headersFrom(response?.headers as Headers | undefined), hop };
}
