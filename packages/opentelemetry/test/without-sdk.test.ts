import { hasSubscribers } from 'node:diagnostics_channel';
import { wrapFetch } from '@twicesafe/fetch';
import { Origin, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { resendCount, type TracedOptions, traced } from '../src/index.ts';
import { register, spans } from './support/telemetry.ts';

const options: TracedOptions = { operationSpan: true, attemptSpans: true };

// The tests share a process: the second one registers the SDK.
test('without an SDK, a traced client creates no events and changes nothing', async () => {
  await using origin = await Origin.listen();
  origin.plays(status(503), status(200, { body: 'done' }));
  const sent: string[] = [];
  const inner: typeof fetch = async (input, init) => {
    sent.push(JSON.stringify(resendCount()));
    return await fetch(input, init);
  };
  const send = traced(wrapFetch(inner, { backoff: () => 1 }), options);

  const response = await send(origin.url, { method: 'PUT' });

  expect(await response.text()).toBe('done');
  expect(sent).toEqual(['{}', '{}']);
  expect(hasSubscribers('twicesafe:attempt')).toBe(false);
});

test('a client traced before the SDK is registered is seen from its next call', async () => {
  await using origin = await Origin.listen();
  const send = traced(wrapFetch(), options);
  await send(origin.url, { method: 'PUT' });

  register({ instrumented: false });
  await send(origin.url, { method: 'PUT' });

  expect(spans().map(({ name, kind }) => [name, kind])).toEqual([
    ['PUT', 'CLIENT'],
    ['retry PUT', 'INTERNAL'],
  ]);
});
