import { anySignal } from '@twicesafe/evidence';

/** The part of the AWS SDK's `HttpRequest` that twicesafe reads. */
export interface AwsRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

interface HandlerOptions {
  readonly abortSignal?: AbortSignal;
}

/** The part of the AWS SDK's request handler that twicesafe watches. */
export interface AwsHandler {
  handle(request: AwsRequest, options?: HandlerOptions): Promise<unknown>;
}

/** The state of one attempt below the SDK's middleware. */
export interface AwsAttempt {
  /** Ends the attempt. */
  readonly signal: AbortSignal | undefined;
  /** How many requests the handler received. */
  sends: number;
  /** The handler's last rejection. */
  error?: unknown;
  /** The caller's signal. */
  callers?: AbortSignal | undefined;
}

/** The header that is the same for all attempts of one SDK call. */
export const INVOCATION = 'amz-sdk-invocation-id';

/**
 * Wraps a client's request handler to watch its requests. The SDK exposes abort signals and raw errors only at this
 * level.
 *
 * @param attempts - The attempts in progress, by the value of {@link INVOCATION}. Requests of other calls pass through.
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
  // The SDK's own handler provides all other members, including private ones.
  return new Proxy(handler, {
    get(target, name) {
      if (name === 'handle') return handle;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
