import type { OperationTrace, RetryEvent } from '@twicesafe/core';
import { traceEvents } from './trace-events.ts';

/** As much of `node:diagnostics_channel` as is used here. */
interface DiagnosticsChannel {
  subscribe(name: string, onMessage: (message: unknown) => void): void;
}

interface Scope {
  readonly process?: { getBuiltinModule?(name: string): DiagnosticsChannel | undefined };
}

let subscribed = false;

/**
 * Subscribes {@link traceEvents} to the channels of twicesafe, once. From then on every operation of the process
 * publishes its events. Has no effect in runtimes without channels.
 */
export function subscribe(): void {
  if (subscribed) return;
  subscribed = true;
  const channels = (globalThis as Scope).process?.getBuiltinModule?.('node:diagnostics_channel');
  channels?.subscribe('tracing:twicesafe:operation:start', (message) => {
    traceEvents({ ...(message as OperationTrace), type: 'operation-start' });
  });
  channels?.subscribe('twicesafe:attempt', (event) => traceEvents(event as RetryEvent));
  channels?.subscribe('tracing:twicesafe:operation:asyncEnd', (message) => {
    const { report, ...identity } = message as OperationTrace;
    if (report) traceEvents({ ...identity, type: 'operation-end', report });
  });
}
