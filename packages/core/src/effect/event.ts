import type { Decision } from '../decision/decision.ts';
import type { Attempt } from './attempt.ts';
import type { Report } from './report.ts';

/** What happens to an operation, as it happens: the same records that the report holds at the end. */
export type RetryEvent =
  | {
      /** The first attempt waits, because the origin asked for a pause. */
      readonly type: 'attempt-held';
      readonly method: string;
      readonly url: string;
      readonly number: 1;
      readonly waitMs: number;
    }
  | { readonly type: 'attempt-start'; readonly method: string; readonly url: string; readonly number: number }
  | { readonly type: 'attempt-end'; readonly method: string; readonly url: string; readonly attempt: Attempt }
  | {
      readonly type: 'retry-scheduled';
      readonly method: string;
      readonly url: string;
      readonly decision: Decision;
      /** The number of the attempt that follows. */
      readonly number: number;
    }
  | { readonly type: 'operation-end'; readonly method: string; readonly url: string; readonly report: Report };

/** Listens to events. What it throws is dropped: a listener cannot break a request. */
export type RetryEventListener = (event: RetryEvent) => void;
