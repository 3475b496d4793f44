import { context, trace } from '@opentelemetry/api';
import { wrapFetch } from '@twicesafe/fetch';
import { Origin, processThenReset, redirect, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { aside, traced } from '../src/index.ts';
import { CLIENTS } from './support/clients.ts';
import { register, resendCounts, spans } from './support/telemetry.ts';

register({ instrumented: true });

const options = { backoff: () => 1 };

describe.each(Object.entries(CLIENTS))('%s', (_, client) => {
  test('counts resends on the CLIENT spans of the instrumentation', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), processThenReset(), status(200));

    await client(options)(origin.url);

    expect(origin.requests).toHaveLength(3);
    expect(resendCounts()).toEqual([undefined, 1, 2]);
    expect(spans('INTERNAL')).toEqual([]);
  });

  test('gives the operation a span around those of its attempts, with its effect', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(200));

    await client(options, { operationSpan: true })(origin.url);

    const [operation] = spans('INTERNAL');
    expect(operation).toMatchObject({
      name: 'retry PUT',
      parent: undefined,
      failed: false,
      attributes: { 'twicesafe.effect': 'applied', 'twicesafe.reason': 'succeeded', 'twicesafe.attempts': 2 },
    });
    const attempts = spans('CLIENT');
    expect(attempts.map(({ parent, failed }) => [parent, failed])).toEqual([
      [operation?.id, true],
      [operation?.id, false],
    ]);
    expect(attempts[1]?.attributes).toMatchObject({
      'http.request.resend_count': 1,
      'twicesafe.retry.delay': 0.001,
      'twicesafe.retry.reason': 'idempotent-method',
    });
    expect(origin.requests.map(({ headers }) => headers.traceparent)).toEqual(
      attempts.map(({ trace, id }) => `00-${trace}-${id}-01`),
    );
  });

  test('keeps two operations at once apart', async () => {
    await using first = await Origin.listen();
    await using second = await Origin.listen();
    first.plays(status(503), status(503), status(200));
    second.plays(status(503), status(400));
    const put = client(options, { operationSpan: true });

    await Promise.allSettled([put(first.url), put(second.url)]);

    const effects = spans('INTERNAL').map(({ id, attributes }) => ({
      attempts: attributes['twicesafe.attempts'],
      resends: spans('CLIENT')
        .filter(({ parent }) => parent === id)
        .map((span) => span.attributes['http.request.resend_count']),
      effect: attributes['twicesafe.effect'],
    }));
    expect(effects.toSorted((a, b) => Number(b.attempts) - Number(a.attempts))).toEqual([
      { attempts: 3, resends: [undefined, 1, 2], effect: 'applied' },
      { attempts: 2, resends: [undefined, 1], effect: 'maybe-applied' },
    ]);
  });
});

test('followed redirects count, as the convention wants', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), redirect(307, '/elsewhere'), status(200));
  const fetch = traced(wrapFetch(options));

  await (await fetch(origin.url, { method: 'PUT' })).text();

  expect(resendCounts()).toEqual([undefined, 1, 2]);
});

test('requests of a detached confirm do not count', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(500), status(200));
  const confirm = aside(async () => {
    await (await fetch(origin.url)).text();
    return 'applied' as const;
  });
  const send = traced(wrapFetch({ ...options, confirm }), { operationSpan: true });

  await (await send(origin.url, { method: 'POST' })).text();

  expect(spans('CLIENT').map(({ name }) => name)).toEqual(['POST', 'GET']);
  expect(resendCounts()).toEqual([undefined, undefined]);
  expect(spans('INTERNAL')[0]?.attributes).toMatchObject({ 'twicesafe.effect_reason': 'confirmed' });
});

test('the spans are children of the active span', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(200));
  const parent = trace.getTracer('test').startSpan('checkout');
  const fetch = traced(wrapFetch(), { operationSpan: true });

  await context.with(trace.setSpan(context.active(), parent), async () => (await fetch(origin.url)).text());

  expect(spans('INTERNAL')[0]?.parent).toBe(parent.spanContext().spanId);
});

test('a global fetch that was patched with a wrapped one is traced', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(200));
  const original = globalThis.fetch;
  try {
    globalThis.fetch = traced(wrapFetch(original, options), { operationSpan: true }) as typeof fetch;
    await (await fetch(origin.url)).text();
  } finally {
    globalThis.fetch = original;
  }

  expect(resendCounts()).toEqual([undefined, 1]);
  expect(spans('INTERNAL')).toHaveLength(1);
});
