import { wrapFetch } from '@twicesafe/fetch';
import { retryMetrics, traced } from '@twicesafe/opentelemetry';
import { Origin, processThenReset, status } from '@twicesafe/testing';
import { startTelemetry } from './telemetry.ts';
import { tree } from './tree.ts';

/**
 * Sends two requests through a bad network, and returns what OpenTelemetry saw: the trace as a tree, and the metrics.
 */
export async function observe(): Promise<{ readonly trace: string; readonly metrics: string }> {
  await using origin = await Origin.listen();
  const telemetry = startTelemetry();
  const onEvent = retryMetrics(telemetry.meterProvider.getMeter('shop'));
  const fetch = traced(wrapFetch({ onEvent }), { operationSpan: true });

  origin.plays(status(503), processThenReset(), status(200));
  await (await fetch(`${origin.url}orders/7`, { method: 'PUT', body: '{}' })).text();
  origin.plays(processThenReset());
  await fetch(`${origin.url}orders`, { method: 'POST', body: '{}' }).catch(() => {});

  const seen = { trace: tree(telemetry.spans()), metrics: await telemetry.prometheus() };
  await telemetry.stop();
  return seen;
}
