import type { RequestTraits } from '../decision/traits.ts';
import { type Attempt, recordOf } from '../effect/attempt.ts';
import type { RetryEvent, RetryEventListener } from '../effect/event.ts';
import { redactUrl } from '../effect/redact.ts';
import type { Report } from '../effect/report.ts';
import type { Settings } from '../options/settings.ts';
import { originOf } from '../pacing/origin-of.ts';
import { openPublisher } from './channels.ts';

/** The operation that events are about. */
interface EventSubject {
  readonly id: string;
  readonly traits: RequestTraits;
  readonly settings: Settings;
  report(): Report;
}

/** The events of an operation, if anyone listens: the caller's `onEvent`, or subscribers of our channels. */
export function openEvents(operation: EventSubject): EventSource | undefined {
  const { onEvent } = operation.settings;
  const publish = openPublisher();
  if (!publish) return onEvent && new EventSource(operation, onEvent);
  const both: RetryEventListener = (event) => {
    publish(event);
    return onEvent?.(event);
  };
  return new EventSource(operation, both);
}

/** Sends the events of one operation to a listener. Exists only while someone listens. */
export class EventSource {
  readonly #operation: EventSubject;
  readonly #listener: RetryEventListener;
  #url: string | undefined;
  #origin = '';

  constructor(operation: EventSubject, listener: RetryEventListener) {
    this.#operation = operation;
    this.#listener = listener;
  }

  held(waitMs: number): void {
    this.#emit({ type: 'attempt-held', ...this.#base(), number: 1, waitMs });
  }

  attemptStarts(number: number): void {
    this.#emit({ type: 'attempt-start', ...this.#base(), number });
  }

  attemptEnded(attempt: Attempt): void {
    const { decision, number } = attempt;
    const record = recordOf(attempt, this.#operation.settings.showQuery);
    this.#emit({ type: 'attempt-end', ...this.#base(), attempt: record });
    if (decision.action === 'retry')
      this.#emit({ type: 'retry-scheduled', ...this.#base(), decision, number: number + 1 });
  }

  operationEnds(): void {
    this.#emit({ type: 'operation-end', ...this.#base(), report: this.#operation.report() });
  }

  /** What every event carries. The first event of all comes after `operation-start`. */
  #base(): Pick<RetryEvent, 'operationId' | 'method' | 'origin' | 'url'> {
    const { id, traits, settings } = this.#operation;
    const isFirst = this.#url === undefined;
    if (isFirst) {
      this.#url = redactUrl(traits.url, settings.showQuery);
      this.#origin = originOf(traits.url);
    }
    const base = { operationId: id, method: traits.method, origin: this.#origin, url: this.#url as string };
    if (isFirst) this.#emit({ type: 'operation-start', ...base });
    return base;
  }

  /** Errors and rejections of a listener are ignored, so that a listener can't break a request. */
  #emit(event: RetryEvent): void {
    try {
      const returned: unknown = this.#listener(event);
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {}
  }
}
