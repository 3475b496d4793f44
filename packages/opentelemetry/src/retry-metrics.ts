import type { Attributes, Meter } from '@opentelemetry/api';
import type { AttemptRecord, Report, RetryEvent } from '@twicesafe/core';
import { errorKind } from './outcome-attributes.ts';
import { requestAttributes } from './request-attributes.ts';

/** What bounds the number of series. */
export interface RetryMetricsOptions {
  /**
   * The most servers that have series of their own. All others share those with `server.address="_OTHER"`.
   *
   * @default 100
   */
  readonly maxServers?: number;
}

const DEFAULT_MAX_SERVERS = 100;

/** Seconds. Those of `http.client.request.duration`, and longer ones: an operation waits. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120];

/**
 * Creates a listener that measures operations. `http.client.request.duration` of an instrumentation measures their
 * attempts.
 *
 * - `twicesafe.operation.duration`, a histogram in seconds, with `twicesafe.effect`, `twicesafe.reason` (why it
 *   stopped), `twicesafe.retried` and `error.type`. The rate of `twicesafe.effect="maybe-applied"` is the one to alert
 *   on.
 * - `twicesafe.operation.retries`, a counter, with `twicesafe.reason` (what made the retry harmless) and the
 *   `error.type` of the attempt before.
 * - `twicesafe.retry.delay`, a histogram in seconds, with `twicesafe.reason`; `origin-gate` for a first attempt that
 *   waited.
 *
 * All have `http.request.method`, `server.address` and `server.port`. URLs, keys and attempt numbers are never
 * attributes.
 *
 * @throws {RangeError} If `maxServers` isn't a positive integer.
 *
 * @example
 * const fetch = wrapFetch({ onEvent: retryMetrics(metrics.getMeter('shop')) });
 */
export function retryMetrics(meter: Meter, options: RetryMetricsOptions = {}): (event: RetryEvent) => void {
  const { maxServers = DEFAULT_MAX_SERVERS } = options;
  if (!Number.isInteger(maxServers) || maxServers < 1)
    throw new RangeError(`maxServers must be a whole number of 1 or more, not ${String(maxServers)}`);
  const metrics = new RetryMetrics(meter, maxServers);
  return (event) => metrics.record(event);
}

/** The instruments, and which operations are about to be retried. */
class RetryMetrics {
  readonly #duration;
  readonly #retries;
  readonly #delay;
  readonly #maxServers: number;
  readonly #origins = new Set<string>();
  /** By the id of the operation, until the retry is sent. */
  readonly #pending = new Map<string, Attributes>();

  constructor(meter: Meter, maxServers: number) {
    const seconds = { unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } };
    this.#maxServers = maxServers;
    this.#duration = meter.createHistogram('twicesafe.operation.duration', {
      ...seconds,
      description: 'Duration of operations, all attempts and waits together',
    });
    this.#retries = meter.createCounter('twicesafe.operation.retries', {
      unit: '{retry}',
      description: 'Retries that were sent',
    });
    this.#delay = meter.createHistogram('twicesafe.retry.delay', { ...seconds, description: 'Waits before attempts' });
  }

  record(event: RetryEvent): void {
    switch (event.type) {
      case 'attempt-held':
        this.#delay.record(event.waitMs / 1000, { ...this.#request(event), 'twicesafe.reason': 'origin-gate' });
        break;
      case 'attempt-end':
        this.#attemptEnded(event, event.attempt);
        break;
      case 'attempt-start':
        this.#attemptStarts(event.operationId);
        break;
      case 'operation-end':
        this.#pending.delete(event.operationId);
        this.#operationEnded(event, event.report);
        break;
      case 'operation-start':
      case 'retry-scheduled':
        break;
    }
  }

  #attemptEnded(event: RetryEvent, { decision, outcome }: AttemptRecord): void {
    if (decision.action !== 'retry') return;
    const attributes = { ...this.#request(event), 'twicesafe.reason': decision.reason };
    this.#delay.record(decision.waitMs / 1000, attributes);
    this.#pending.set(event.operationId, { ...attributes, ...errorType(outcome) });
  }

  /** A retry counts when it is sent: the caller may give up while it waits. */
  #attemptStarts(operationId: string): void {
    const attributes = this.#pending.get(operationId);
    if (!attributes) return;
    this.#pending.delete(operationId);
    this.#retries.add(1, attributes);
  }

  #operationEnded(event: RetryEvent, { attempts, decision, effect, elapsedMs }: Report): void {
    this.#duration.record(elapsedMs / 1000, {
      ...this.#request(event),
      'twicesafe.effect': effect,
      'twicesafe.reason': decision.reason,
      'twicesafe.retried': attempts.length > 1,
      ...(decision.reason !== 'aborted' && errorType(attempts.at(-1)?.outcome)),
    });
  }

  #request({ method, origin }: RetryEvent): Attributes {
    if (this.#origins.size < this.#maxServers) this.#origins.add(origin);
    if (this.#origins.has(origin)) return requestAttributes({ method, origin });
    return { ...requestAttributes({ method, origin: '' }), 'server.address': '_OTHER' };
  }
}

function errorType(outcome: AttemptRecord['outcome'] | undefined): Attributes {
  const kind = errorKind(outcome);
  return kind === undefined ? {} : { 'error.type': kind };
}
