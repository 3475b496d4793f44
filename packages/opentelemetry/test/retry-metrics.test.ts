import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { wrapFetch } from '@twicesafe/fetch';
import { Origin, processThenReset, status } from '@twicesafe/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type RetryMetricsOptions, retryMetrics } from '../src/index.ts';

function measure(options?: RetryMetricsOptions) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => provider.shutdown());
  /** The attributes of each series, and how often it was recorded. */
  const series = async (name: string) => {
    await reader.forceFlush();
    const metrics =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    const points = metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
    return points.map(({ attributes, value }) => [attributes, typeof value === 'number' ? value : value.count]);
  };
  return { series, onEvent: retryMetrics(provider.getMeter('test'), options) };
}

test('an operation is measured with its effect and the reason why it stopped', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(200), processThenReset());
  const { series, onEvent } = measure();
  const fetch = wrapFetch({ onEvent, backoff: () => 1 });

  await fetch(`${origin.url}?token=secret`, { method: 'PUT' });
  await expect(fetch(origin.url, { method: 'POST' })).rejects.toThrow();

  const server = { 'server.address': '127.0.0.1', 'server.port': origin.port };
  const put = { 'http.request.method': 'PUT', ...server };
  expect(await series('twicesafe.operation.duration')).toEqual([
    [{ ...put, 'twicesafe.effect': 'applied', 'twicesafe.reason': 'succeeded', 'twicesafe.retried': true }, 1],
    [
      {
        ...put,
        'http.request.method': 'POST',
        'twicesafe.effect': 'maybe-applied',
        'twicesafe.reason': 'not-repeatable',
        'twicesafe.retried': false,
        'error.type': 'network',
      },
      1,
    ],
  ]);
  expect(await series('twicesafe.operation.retries')).toEqual([
    [{ ...put, 'twicesafe.reason': 'idempotent-method', 'error.type': '503' }, 1],
  ]);
  expect(await series('twicesafe.retry.delay')).toEqual([[{ ...put, 'twicesafe.reason': 'idempotent-method' }, 1]]);
});

test('a retry that was never sent does not count', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503));
  const { series, onEvent } = measure();
  const controller = new AbortController();
  const fetch = wrapFetch({
    onEvent: (event) => {
      onEvent(event);
      if (event.type === 'retry-scheduled') controller.abort();
    },
  });

  await expect(fetch(origin.url, { signal: controller.signal })).rejects.toThrow('aborted');

  expect(await series('twicesafe.operation.retries')).toEqual([]);
  expect(await series('twicesafe.operation.duration')).toMatchObject([[{ 'twicesafe.reason': 'aborted' }, 1]]);
});

test('servers beyond the bound share their series', async () => {
  await using first = await Origin.listen();
  await using second = await Origin.listen();
  await using third = await Origin.listen();
  const { series, onEvent } = measure({ maxServers: 1 });
  const fetch = wrapFetch({ onEvent });

  for (const { url } of [first, second, third, first]) await fetch(url);

  expect(await series('twicesafe.operation.duration')).toMatchObject([
    [{ 'server.address': '127.0.0.1', 'server.port': first.port }, 2],
    [{ 'server.address': '_OTHER' }, 2],
  ]);
});

test.each([0, 1.5, Number.NaN])('maxServers: %s is refused', (maxServers) => {
  expect(() => measure({ maxServers })).toThrow(
    new RangeError(`maxServers must be a whole number of 1 or more, not ${maxServers}`),
  );
});
