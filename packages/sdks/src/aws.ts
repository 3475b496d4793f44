import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import type { RetryOptions, RetryPolicy } from '@twicesafe/core';
import { headersFrom, policyFrom, type ResponseOutcome } from '@twicesafe/core/adapter';
import { deliveryOf } from '@twicesafe/evidence';
import { type AwsAttempt, type AwsHandler, type AwsRequest, INVOCATION, watchedHandler } from './aws-handler.ts';
import { saysRepeatable } from './aws-schema.ts';
import { newScope } from './comparable.ts';
import { isStream, runCall } from './run-call.ts';

/** The part of an AWS SDK client that twicesafe wraps. */
interface AwsClient {
  readonly config: { requestHandler: unknown };
  readonly middlewareStack: object;
}

/** The part of an AWS SDK response that twicesafe judges. */
interface AwsResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

type Middleware = FinalizeRequestMiddleware<object, object>;

/** The names of throttling errors, as in the SDK's own retry logic. Some of them have the status 400. */
const THROTTLED =
  /Throttl|^(TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown)/;

/**
 * Replaces the SDK's own retries with safe retries, and ignores the client's `maxAttempts`. Every attempt is signed
 * again and has the same `amz-sdk-invocation-id`. A call is retried if its HTTP method or its schema allows that. A
 * schema allows it if the operation is idempotent or has a token that the service uses to recognize duplicates.
 *
 * @param client - A client of the AWS SDK for JavaScript v3, such as an `S3Client`. This function changes and returns
 *   it.
 * @param options - `RetryOptions`, or a policy made by `createRetryPolicy`.
 * @throws {TypeError | RangeError} If `client` isn't an AWS SDK client, or if an option is unknown or invalid.
 * @example
 * const s3 = wrapAws(new S3Client({}));
 */
export function wrapAws<Client extends AwsClient>(client: Client, options?: RetryOptions | RetryPolicy): Client {
  const policy = policyFrom(options);
  const { config, middlewareStack } = check(client);
  const attempts = new Map<string, AwsAttempt>();
  const scope = newScope();
  config.requestHandler = watchedHandler(config.requestHandler as AwsHandler, attempts);
  const middleware: Middleware = (next, context) => async (args) => {
    const request = args.request as AwsRequest;
    const { method, headers, body } = request;
    const { abortSignal, operationSchema } = (context as Context).__smithy_context ?? {};
    const id = crypto.randomUUID();
    const streamBody = isStream(body);
    let attempt: AwsAttempt | undefined;
    let sends = 0;
    try {
      const { output } = await runCall(policy, {
        traits: {
          method,
          url: urlOf(request),
          headers: headersFrom(headers),
        },
        repeatable: saysRepeatable(operationSchema),
        body,
        scope,
        streamBody,
        get signal() {
          return abortSignal ?? attempt?.callers;
        },
        send(added, signal) {
          attempt = { signal, sends: 0 };
          attempts.set(id, attempt);
          sends++;
          Object.assign(request.headers, Object.fromEntries(added), {
            [INVOCATION]: id,
            'amz-sdk-request': `attempt=${sends}; max=${policy.settings.maxAttempts}`,
          });
          return next(args);
        },
        outcome: ({ response }) => outcomeOf(response as AwsResponse),
        settled: ({ output }) => output,
        outcomeIn(error) {
          const { $response, name = '' } = (error ?? {}) as { $response?: AwsResponse; name?: string };
          if (typeof $response?.statusCode !== 'number') return undefined;
          return outcomeOf(THROTTLED.test(name) ? { ...$response, statusCode: 429 } : $response);
        },
        // The error proves something only if the handler got a single request and rejected with this very error.
        delivery: (error) =>
          attempt?.sends === 1 && attempt.error === error ? deliveryOf(error, { method, streamBody }) : 'unknown',
      });
      return { output, response: undefined };
    } finally {
      attempts.delete(id);
    }
  };
  middlewareStack.add(middleware, {
    name: 'retryMiddleware',
    tags: ['RETRY'],
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  });
  return client;
}

function urlOf({ protocol, hostname, port, path, query = {} }: AwsRequest): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map(
      (each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`,
    ),
  );
  const search = parameters.length > 0 ? `?${parameters.sort().join('&')}` : '';
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search}`;
}

/** The SDK's information for its middleware about a call. Older versions omit the signal. */
interface Context {
  readonly __smithy_context?: { readonly abortSignal?: AbortSignal; readonly operationSchema?: unknown };
}

function check({ config, middlewareStack }: AwsClient): {
  config: AwsClient['config'];
  middlewareStack: MiddlewareStack<object, object>;
} {
  const stack = middlewareStack as MiddlewareStack<object, object> | undefined;
  if (
    typeof stack?.add !== 'function' ||
    typeof (config?.requestHandler as AwsHandler | undefined)?.handle !== 'function'
  )
    throw new TypeError('wrapAws takes a client of the AWS SDK for JavaScript v3, such as new S3Client({})');
  return { config, middlewareStack: stack };
}

function outcomeOf({ statusCode: status, headers }: AwsResponse): ResponseOutcome {
  return { type: 'response', status, headers: headersFrom(headers) };
}
