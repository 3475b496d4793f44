import type { IdempotencyEvent } from './event.ts';
import type { IdempotentOptions } from './options.ts';

/** The options that are called when the handler has run or may be running. */
export interface HarmlessOptions {
  /** Stores the response if the option fails. */
  readonly record: (response: Response) => boolean;
  /** Undefined, as without the option, if it fails or doesn't return a response. */
  readonly summarize: (response: Response) => Response | undefined;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Wraps these options so that their errors are reported, and the client still gets its response. */
export function harmless(
  options: Pick<IdempotentOptions, 'summarize' | 'waitUntil'> & Pick<HarmlessOptions, 'record'>,
  emit: (event: IdempotencyEvent) => void,
): HarmlessOptions {
  const attempt = <Value>(option: keyof HarmlessOptions, call: () => Value, otherwise: Value): Value => {
    try {
      return call();
    } catch (error) {
      emit({ type: 'option-failed', option, error });
      return otherwise;
    }
  };
  const { record, summarize, waitUntil } = options;
  return {
    record: (response) => attempt('record', () => record(response), true),
    summarize: (response) => attempt('summarize', () => summarize && checkSummary(summarize(response)), undefined),
    waitUntil: (work) => attempt('waitUntil', () => waitUntil?.(work), undefined),
  };
}

function checkSummary(summary: unknown): Response {
  if (summary instanceof Response) return summary;
  throw new TypeError(`summarize must return a Response, not ${String(summary)}`);
}
