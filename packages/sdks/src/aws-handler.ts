import { anySignal } from '@twicesafe/evidence';

/** As much of the AWS SDK's HttpRequest as is judged. */
export interface AwsRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

interface HandlerOptions {
  readonly abortSignal?: AbortSignal;
}

/** As much of the AWS SDK's request handler as is watched. */
export interface AwsHandler {
  handle(request: AwsRequest, options?: HandlerOptions): Promise<unknown>;
}

/** What happens below the SDK's middleware during one attempt. */
export interface AwsAttempt {
  /** Ends the attempt. */
  readonly signal: AbortSignal | undefined;
  /** How many requests the handler was given. */
  sends: number;
  /** What the handler rejected the last one with. */
  error?: unknown;
  /** The caller's signal. */
  callers?: AbortSignal | undefined;
}

/** The header by which the SDK marks all attempts of one call. */
export const INVOCATION = 'amz-sdk-invocation-id';

/**
 * Puts a watch around a client's request handler. The SDK shows abort signals and raw errors only there.
 *
 * @param attempts - The attempts under way, by their {@link INVOCATION}. Requests of other calls pass through.
 */
export function watchedHandler(handler: AwsHandler, attempts: ReadonlyMap<string, AwsAttempt>): AwsHandler {
  const handle: AwsHandler['handle'] = async (request, options) => {
    const attempt = attempts.get(request.headers[INVOCATION] ?? '');
    if (!attempt) return handler.handle(request, options);
    attempt.sends++;
    const { abortSignal } = options ?? {};
    attempt.callers = abortSignal;
    const signals = [abortSignal, attempt.signal].filter((each) => each instanceof AbortSignal);
    try {
      return await handler.handle(request, {
        ...options,
        ...(signals.length > 0 && { abortSignal: anySignal(signals) }),
      });
    } catch (error) {
      attempt.error = error;
      throw error;
    }
  };
  // Everything else belongs to the SDK's own handler, private members included.
  return new Proxy(handler, {
    get(target, name) {
      if (name === 'handle') return handle;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
