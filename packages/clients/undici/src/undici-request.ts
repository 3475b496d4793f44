import type { Dispatcher } from 'undici';
import type { UndiciBody } from './body.ts';
import type { DispatchOptions } from './options.ts';

/** The request of one call, which is the same on every attempt. */
export interface UndiciRequest {
  readonly dispatch: Dispatcher.Dispatch;
  /** As the caller gave them, for the first attempt. */
  readonly given: DispatchOptions;
  /** A frozen copy. */
  readonly options: DispatchOptions;
  readonly origin: string;
  readonly body: UndiciBody;
  readonly handler: Dispatcher.DispatchHandler;
}
