import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';
import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { headersFrom, policyFrom, type ResponseOutcome } from '@twicesafe/core/adapter';
import { comparable, jsonOf, newScope } from './comparable.ts';
import { runCall } from './run-call.ts';

/** The HTTP status of each code: https://connectrpc.com/docs/protocol#error-codes */
const STATUS: Readonly<Record<Code, number>> = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 504,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 400,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};

/**
 * Makes an interceptor that adds safe retries to unary calls of Connect, gRPC and gRPC-Web. A method may be retried if
 * its schema sets `option idempotency_level` to `NO_SIDE_EFFECTS` or `IDEMPOTENT`. Every other method is treated like
 * POST. Streams pass through.
 *
 * A connection error may belong to another hop, so it proves nothing here.
 *
 * @param options - `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} If an option is unknown or invalid.
 * @example
 * const transport = createConnectTransport({ baseUrl, interceptors: [twicesafe()] });
 */
export function twicesafe(options?: RetryOptions | RetryPolicy): Interceptor {
  const policy = policyFrom(options);
  const scope = newScope();
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const { requestMethod: method, url, header, signal } = request;
    return runCall(policy, {
      traits: { method, url, headers: header },
      // 1 is NO_SIDE_EFFECTS, 2 is IDEMPOTENT.
      repeatable: request.method.idempotency === 1 || request.method.idempotency === 2,
      body: () => jsonOf(request.message),
      compared: () => comparable(request.message),
      scope,
      streamBody: false,
      signal,
      send(added, limited = signal) {
        const headers = new Headers(header);
        for (const [name, value] of added) headers.set(name, value);
        return next({ ...request, header: headers, signal: limited });
      },
      outcome: ({ header: headers }) => ({ type: 'response', status: 200, headers }),
      outcomeIn: errorOutcome,
    });
  };
}

/** Returns the outcome of an error that the server sent, which has no cause. Connection errors have one. */
function errorOutcome(error: unknown): ResponseOutcome | undefined {
  if (!(error instanceof ConnectError) || error.cause !== undefined) return undefined;
  return { type: 'response', status: STATUS[error.code], headers: headersFrom(error.metadata) };
}
