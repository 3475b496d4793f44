import type { Dispatcher } from 'undici';
import { Caller } from '../src/caller.ts';
import { type ResponseHead, ResponseRelay } from '../src/response-relay.ts';
import type { CallersHandler } from '../src/undici-request.ts';

export const OK: ResponseHead = { status: 200, headers: {}, text: 'OK' };

/** The controller of a connection, which only records what it is asked for. */
export class RecordedController implements Dispatcher.DispatchController {
  readonly calls: string[] = [];
  readonly paused: boolean = false;
  readonly aborted: boolean = false;
  readonly reason: Error | null = null;
  rawHeaders: string[] = ['x-raw', 'headers'];
  rawTrailers: string[] = ['x-raw', 'trailers'];

  abort({ message }: Error): void {
    this.calls.push(`abort: ${message}`);
  }

  pause(): void {
    this.calls.push('pause');
  }

  resume(): void {
    this.calls.push('resume');
  }
}

/** A handler that records everything that it gets. */
export interface RecordedHandler {
  readonly calls: string[];
  readonly handler: CallersHandler;
  /** The error of the call, or undefined when it has ended well. */
  readonly ended: Promise<Error | undefined>;
}

/** @param own - Callbacks of the handler. Each runs after its call is recorded. */
export function recordedHandler(own: Dispatcher.DispatchHandler = {}): RecordedHandler {
  const calls: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<Error | undefined>();
  const handler: CallersHandler = {
    ...own,
    onRequestStart(controller, context) {
      calls.push(`start ${JSON.stringify(context)}`);
      own.onRequestStart?.(controller, context);
    },
    onResponseStart(controller, status, headers, text) {
      calls.push(`response ${status} ${text}`);
      own.onResponseStart?.(controller, status, headers, text);
    },
    onResponseData(controller, chunk) {
      calls.push(`data ${chunk}`);
      own.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      calls.push(`end ${JSON.stringify(trailers)}`);
      resolve(undefined);
      own.onResponseEnd?.(controller, trailers);
    },
    onResponseError(controller, error) {
      calls.push(`error ${error.message}`);
      resolve(error);
      own.onResponseError?.(controller, error);
    },
  };
  return { calls, handler, ended };
}

/** A call with a recorded handler, and a response of its. */
export interface RecordedCall {
  readonly calls: string[];
  readonly caller: Caller;
  readonly relay: ResponseRelay;
  readonly connection: RecordedController;
}

/** @param own - See `recordedHandler`. */
export function recordedCall(own: Dispatcher.DispatchHandler = {}): RecordedCall {
  const { calls, handler } = recordedHandler(own);
  const caller = new Caller(handler, ({ message }) => calls.push(`cancel ${message}`));
  const relay = new ResponseRelay(caller);
  const connection = new RecordedController();
  relay.controller = connection;
  return { calls, caller, relay, connection };
}
