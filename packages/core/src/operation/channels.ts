import type { OperationTrace, RetryEvent, RetryEventListener } from '../effect/event.ts';
import type { Report } from '../effect/report.ts';
import { builtinModule } from './builtin-module.ts';

/** As much of a `Channel` as is used here. */
interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** As much of a `TracingChannel` as is used here. */
interface TracingChannel {
  readonly start: Channel;
  readonly end: Channel;
  readonly asyncStart: Channel;
  readonly asyncEnd: Channel;
  readonly error: Channel;
}

interface DiagnosticsChannel {
  channel(name: string): Channel;
  tracingChannel(name: string): TracingChannel;
}

/** The channels of https://nodejs.org/api/diagnostics_channel.html that operations are published on. */
interface Channels {
  readonly operation: TracingChannel;
  readonly attempt: Channel;
}

let channels: Channels | undefined | null = null;

/**
 * The publisher of one operation's events. It is undefined without subscribers, which saves creating the events.
 *
 * - The tracing channel `twicesafe:operation` has one {@link OperationTrace} for each operation: `start` and `end`
 *   before its first attempt, `asyncStart` and `asyncEnd` once it is over, and `error` before them if its last attempt
 *   had no response.
 * - The channel `twicesafe:attempt` has the other events, as they are.
 */
export function openPublisher(): RetryEventListener | undefined {
  if (channels === null) channels = openChannels();
  return channels && hasSubscribers(channels) ? publisherOn(channels) : undefined;
}

function hasSubscribers({ operation, attempt }: Channels): boolean {
  return (
    attempt.hasSubscribers ||
    operation.start.hasSubscribers ||
    operation.end.hasSubscribers ||
    operation.asyncStart.hasSubscribers ||
    operation.asyncEnd.hasSubscribers ||
    operation.error.hasSubscribers
  );
}

function publisherOn({ operation, attempt }: Channels): RetryEventListener {
  let trace: OperationTrace | undefined;
  return (event) => {
    trace ??= traceOf(event);
    if (event.type === 'operation-start') {
      operation.start.publish(trace);
      operation.end.publish(trace);
    } else if (event.type === 'operation-end') {
      end(operation, trace, event.report);
    } else {
      attempt.publish(event);
    }
  };
}

function end({ asyncStart, asyncEnd, error }: TracingChannel, trace: OperationTrace, report: Report): void {
  trace.report = report;
  const outcome = report.attempts.at(-1)?.outcome;
  if (outcome?.type === 'failure') {
    trace.error = outcome.error;
    error.publish(trace);
  }
  asyncStart.publish(trace);
  asyncEnd.publish(trace);
}

function traceOf({ operationId, method, origin, url }: RetryEvent): OperationTrace {
  return { operationId, method, origin, url };
}

function openChannels(): Channels | undefined {
  const { channel, tracingChannel } = builtinModule<DiagnosticsChannel>('node:diagnostics_channel') ?? {};
  if (!channel || !tracingChannel) return undefined;
  return { operation: tracingChannel('twicesafe:operation'), attempt: channel('twicesafe:attempt') };
}
