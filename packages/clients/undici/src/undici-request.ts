import type { Dispatcher } from 'undici';
import type { UndiciBody } from './body.ts';
import type { DispatchOptions } from './options.ts';

/** A handler that learns how every request begins and fails, as that of a caller who speaks as undici 8 does. */
export type CallersHandler = Dispatcher.DispatchHandler &
  Required<Pick<Dispatcher.DispatchHandler, 'onRequestStart' | 'onResponseError'>>;

/** The request of one call, which is the same on every attempt. */
export interface UndiciRequest {
  readonly dispatch: Dispatcher.Dispatch;
  /** As the caller gave them, for the first attempt. */
  readonly given: DispatchOptions;
  /** A frozen copy. */
  readonly options: DispatchOptions;
  readonly origin: string;
  readonly body: UndiciBody;
  readonly handler: CallersHandler;
}
