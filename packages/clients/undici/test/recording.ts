import type { Dispatcher } from 'undici';
import { Caller } from '../src/caller.ts';
import { ResponseRelay } from '../src/response-relay.ts';

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

/** A call whose handler records everything that it gets. */
export interface RecordedCall {
  readonly calls: string[];
  readonly caller: Caller;
  readonly relay: ResponseRelay;
  readonly connection: RecordedController;
}

/** @param own - Callbacks of the handler. Each runs after its call is recorded. */
export function recordedCall(own: Dispatcher.DispatchHandler = {}): RecordedCall {
  const calls: string[] = [];
  const caller = new Caller(
    {
      ...own,
      onRequestStart(controller, context) {
        calls.push(`start ${JSON.stringify(context)}`);
        own.onRequestStart?.(controller, context);
      },
      onResponseStart(controller, status, headers, text) {
        calls.push(`response ${status} ${JSON.stringify(headers)} ${text}`);
        own.onResponseStart?.(controller, status, headers, text);
      },
      onResponseData(controller, chunk) {
        calls.push(`data ${chunk}`);
        own.onResponseData?.(controller, chunk);
      },
      onResponseEnd(controller, trailers) {
        calls.push(`end ${JSON.stringify(trailers)}`);
        own.onResponseEnd?.(controller, trailers);
      },
      onResponseError(controller, error) {
        calls.push(`error ${error.message}`);
        own.onResponseError?.(controller, error);
      },
    },
    ({ message }) => calls.push(`cancel ${message}`),
  );
  const relay = new ResponseRelay(caller);
  const connection = new RecordedController();
  relay.controller = connection;
  return { calls, caller, relay, connection };
}
