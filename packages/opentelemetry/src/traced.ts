import { context } from '@opentelemetry/api';
import { endOperationSpan, parentOf, startOperationSpan } from './operation-span.ts';
import { contextWith, type RunSpans } from './run.ts';
import { subscribe } from './subscribe.ts';
import { tracedProxy } from './traced-proxy.ts';

/** What {@link traced} adds to a trace. */
export interface TracedOptions {
  /**
   * Gives each call an INTERNAL span around its attempts, with the effect, the reason why it stopped and the number of
   * attempts.
   *
   * @default false
   */
  readonly operationSpan?: boolean;
  /**
   * Makes the CLIENT spans of the attempts. Set it only without an instrumentation, or every attempt has two spans.
   * These spans aren't propagated to the server, and a redirect doesn't get its own span.
   *
   * @default false
   */
  readonly attemptSpans?: boolean;
}

const OPTIONS = ['operationSpan', 'attemptSpans'] as const;

/**
 * Traces a wrapped client. Each call gets a record in OpenTelemetry's context, by which {@link resendCount} counts its
 * requests. Responses, errors and types are the client's own.
 *
 * @param client - A wrapped fetch, ky, axios or got, or a dispatcher of undici's with `retry()`. Instances that it
 *   creates or extends are traced too.
 * @returns A client of the same type.
 * @throws {TypeError} If the client isn't a function or object, or if an option is unknown or isn't a boolean.
 *
 * @example
 * const fetch = traced(wrapFetch(), { operationSpan: true });
 */
export function traced<Client extends object>(client: Client, options: TracedOptions = {}): Client {
  if (typeof client !== 'function' && (typeof client !== 'object' || client === null))
    throw new TypeError(`traced takes the client to trace first, and not ${client === null ? 'null' : typeof client}`);
  checkOptions(options);
  const { operationSpan = false, attemptSpans = false } = options;
  if (!operationSpan && !attemptSpans) return tracedProxy(client, count);
  return tracedProxy(client, (send) => trace(send, operationSpan, attemptSpans));
}

function checkOptions(options: TracedOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!(OPTIONS as readonly string[]).includes(name))
      throw new TypeError(`traced has no member ${name}, only ${OPTIONS.join(' and ')}`);
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`${name} must be true or false, not ${typeof value}`);
  }
}

function count<Result>(send: () => Result): Result {
  return context.with(contextWith({ sent: 0 }), send);
}

function trace<Result>(send: () => Result, operationSpan: boolean, attempts: boolean): Result {
  const operation = operationSpan ? startOperationSpan() : undefined;
  const parent = parentOf(operation, context.active());
  const spans: RunSpans = { context: parent, attempts, operation };
  const ours = contextWith({ sent: 0, spans }, parent);
  try {
    const result = context.with(ours, () => {
      // Without a context manager no event finds its call, so events would cost time for nothing.
      if (context.active() === ours) subscribe();
      return send();
    });
    return operation?.isRecording() && isPlainPromise(result)
      ? (result.finally(() => endOperationSpan(spans)) as Result)
      : result;
  } catch (error) {
    endOperationSpan(spans);
    throw error;
  }
}

/**
 * Whether a promise has nothing of its own, so that one that follows it can take its place. Those of ky and got have
 * methods.
 */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  return (
    value instanceof Promise &&
    Object.getPrototypeOf(value) === Promise.prototype &&
    Object.getOwnPropertyNames(value).length === 0
  );
}
