import type { RetryDecision } from '../decision/decision.ts';
import type { AttemptRecord, ErrorRecord } from './attempt.ts';
import type { Report } from './report.ts';

/** What every event carries. */
interface EventBase {
  /** Identifies the operation in this process. */
  readonly operationId: string;
  readonly method: string;
  /** Scheme, host and port, or an empty string if the URL is invalid. */
  readonly origin: string;
  /** Without userinfo and fragment, and with `REDACTED` in place of query values unless `showQuery` is set. */
  readonly url: string;
}

/** An event of an operation. Events contain the same records as the report. Plain data. */
export type RetryEvent = EventBase &
  (
    | { readonly type: 'operation-start' }
    /** The first attempt waits because the origin's gate is closed (`originGate: 'all'`). */
    | { readonly type: 'attempt-held'; readonly number: 1; readonly waitMs: number }
    | { readonly type: 'attempt-start'; readonly number: number }
    | { readonly type: 'attempt-end'; readonly attempt: AttemptRecord }
    /** `number` is that of the attempt that follows. */
    | { readonly type: 'retry-scheduled'; readonly decision: RetryDecision; readonly number: number }
    | { readonly type: 'operation-end'; readonly report: Report }
  );

/** Receives events. Its errors are ignored, so that a listener can't break a request. */
export type RetryEventListener = (event: RetryEvent) => void;

/**
 * The message of the tracing channel `twicesafe:operation`. An operation has one message object, so a subscriber can
 * use it as the key of a `WeakMap`.
 */
export interface OperationTrace extends EventBase {
  /** Set before `asyncStart`. */
  report?: Report;
  /** The error of the last attempt, if it ended without a response. Set before `error`. */
  error?: ErrorRecord;
}
