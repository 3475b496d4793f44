import type { RequestTraits } from '../decision/traits.ts';
import { type Attempt, recordOf } from '../effect/attempt.ts';
import type { RetryEvent, RetryEventListener } from '../effect/event.ts';
import { redactUrl } from '../effect/redact.ts';
import type { Report } from '../effect/report.ts';
import type { Settings } from '../options/settings.ts';
import { originOf } from '../pacing/origin-of.ts';

type Details = RetryEvent extends infer Event ? (Event extends RetryEvent ? Omit<Event, keyof Base> : never) : never;
type Base = Pick<RetryEvent, 'operationId' | 'method' | 'origin' | 'url'>;

/** The operation that events are about. */
interface EventSubject {
  readonly id: string;
  readonly traits: RequestTraits;
  readonly settings: Settings;
  report(): Report;
}

/** Sends the events of one operation to the caller's listener. Exists only while somebody listens. */
export class EventSource {
  readonly #operation: EventSubject;
  readonly #listener: RetryEventListener;
  #base: Base | undefined;

  constructor(operation: EventSubject, listener: RetryEventListener) {
    this.#operation = operation;
    this.#listener = listener;
  }

  held(waitMs: number): void {
    this.#emit({ type: 'attempt-held', number: 1, waitMs });
  }

  attemptStarts(number: number): void {
    this.#emit({ type: 'attempt-start', number });
  }

  attemptEnded(attempt: Attempt): void {
    const { decision, number } = attempt;
    this.#emit({ type: 'attempt-end', attempt: recordOf(attempt, this.#operation.settings.showQuery) });
    if (decision.action === 'retry') this.#emit({ type: 'retry-scheduled', decision, number: number + 1 });
  }

  operationEnds(): void {
    this.#emit({ type: 'operation-end', report: this.#operation.report() });
  }

  /** The first event of all comes after `operation-start`. */
  #emit(details: Details): void {
    if (!this.#base) {
      const { id, traits, settings } = this.#operation;
      const { method, url } = traits;
      this.#base = { operationId: id, method, origin: originOf(url), url: redactUrl(url, settings.showQuery) };
      this.#call({ type: 'operation-start' });
    }
    this.#call(details);
  }

  /** Whatever a listener throws, also later, in a promise, is dropped: it must not break the request. */
  #call(details: Details): void {
    try {
      const returned: unknown = this.#listener({ ...(this.#base as Base), ...details } as RetryEvent);
      if (returned instanceof Promise) returned.catch(() => {});
    } catch {}
  }
}
