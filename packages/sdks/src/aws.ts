import type { FinalizeRequestMiddleware, Pluggable } from '@smithy/types';
import {
  type Client,
  headersFrom,
  Operation,
  policyFrom,
  type RetryOptions,
  type RetryPolicy,
  runOperation,
} from '@twicesafe/core';
import { deliveryOf, discardResponse, failureKindOf } from '@twicesafe/evidence';

/** As much of the AWS SDK's HttpRequest and HttpResponse as is judged. */
interface Request {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}
interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}
interface Result {
  readonly output?: unknown;
  readonly response: Response;
  /** The SDK's error for the response, which it throws. */
  readonly error?: unknown;
}

/**
 * Safe retries for a client of the AWS SDK: above its signer, so that every attempt has a signature of its own. Turn the SDK's
 * retries off with `maxAttempts: 1`.
 *
 * @param options - See `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} For an option that is unknown or has a value that is not allowed.
 * @example
 * const s3 = new S3Client({ maxAttempts: 1 });
 * s3.middlewareStack.use(twicesafe());
 */
export function twicesafe<Input extends object, Output extends object>(
  options?: RetryOptions | RetryPolicy,
): Pluggable<Input, Output> {
  const policy = policyFrom(options);
  const middleware: FinalizeRequestMiddleware<object, object> = (next) => async (sent) => {
    const request = sent.request as Request;
    const { method, protocol, hostname, path, headers, body } = request;
    const url = `${protocol}//${hostname}${path}`;
    const operation = new Operation(policy, { method, url, headers: headersFrom(headers) });
    const stream = typeof body === 'object' && body !== null && !ArrayBuffer.isView(body);
    const client: Client<Result> = {
      signal: undefined,
      bodyUsed: stream,
      async send() {
        for (const [name, value] of operation.keyHeaders) request.headers[name] = value;
        try {
          const output = await next(sent);
          return { output, response: output.response as Response };
        } catch (error) {
          const response = (error as { $response?: Response } | null)?.$response;
          if (typeof response?.statusCode !== 'number') throw error;
          return { response, error };
        }
      },
      outcome: ({ response }) => ({
        type: 'response',
        status: response.statusCode,
        headers: headersFrom(response.headers),
      }),
      failure: (error) => ({
        type: 'failure',
        kind: failureKindOf(error),
        delivery: deliveryOf(error, { method, streamBody: stream }),
        error,
      }),
      discard: ({ response }) => discardResponse(response as never),
      settled: ({ output, response }) => output ?? response,
      errorOf: ({ error }) => error,
    };
    return (await runOperation(operation, client)).output as never;
  };
  return {
    applyToStack: (stack) =>
      stack.addRelativeTo(middleware as never, {
        name: 'twicesafe',
        relation: 'before',
        toMiddleware: 'retryMiddleware',
      }),
  };
}
