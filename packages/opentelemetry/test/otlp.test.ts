import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapFetch } from '@twicesafe/fetch';
import { scriptedOrigin, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { retryMetrics, traced } from '../src/index.ts';

/** An attribute as OTLP/HTTP with JSON writes it (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const plain = (attributes: readonly KeyValue[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

// npm and Debian have no Collector. The exporters and the encoding are the official ones, the receiver is an origin of
// ours.
test('the official exporters bring spans and metrics to a collector over OTLP/HTTP', async () => {
  await using shop = await scriptedOrigin();
  await using collector = await scriptedOrigin({
    respond: () => status(200, { headers: { 'content-type': 'application/json' }, body: '{}' }),
  });
  shop.plays(status(503), status(200));
  const traces = new OTLPTraceExporter({ url: `${collector.url}v1/traces` });
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: traces })] });
  trace.setGlobalTracerProvider(tracerProvider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new OTLPMetricExporter({ url: `${collector.url}v1/metrics` });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const onEvent = retryMetrics(meterProvider.getMeter('shop'));
  const send = traced(wrapFetch({ backoff: () => 1, onEvent }), { operationSpan: true });

  await send(`${shop.url}orders/7`, { method: 'PUT', body: 'order' });
  await tracerProvider.shutdown();
  await meterProvider.shutdown();

  const arrived = (path: string) =>
    collector.requests.filter(({ target }) => target === path).map(({ text }) => JSON.parse(text));
  const spans = arrived('/v1/traces').flatMap(({ resourceSpans }) => resourceSpans[0].scopeSpans[0].spans);
  expect(spans).toHaveLength(1);
  expect(spans[0].name).toBe('retry PUT');
  expect(plain(spans[0].attributes)).toMatchObject({ 'twicesafe.effect': 'applied', 'twicesafe.attempts': 2 });
  const metrics = arrived('/v1/metrics').flatMap(({ resourceMetrics }) => resourceMetrics[0].scopeMetrics[0].metrics);
  expect(metrics.map(({ name, unit }) => [name, unit]).toSorted()).toEqual([
    ['twicesafe.operation.duration', 's'],
    ['twicesafe.operation.retries', '{retry}'],
    ['twicesafe.retry.delay', 's'],
  ]);
  const duration = metrics.find(({ name }) => name === 'twicesafe.operation.duration');
  expect(plain(duration.histogram.dataPoints[0].attributes)).toMatchObject({ 'twicesafe.retried': true });
});
