import { cert, Http2Origin, type StreamAct } from '@twicesafe/testing';
import { Agent, fetch as undiciFetch } from 'undici';
import { expect, test } from 'vitest';
import { reportOf, wrapFetch } from '../src/index.ts';

/** Sends a request over HTTP/2 with undici's fetch, wrapped, and tells what came of it. */
async function send(origin: Http2Origin, method: string) {
  const dispatcher = new Agent({ allowH2: true, connect: { ca: cert } });
  const fetch = wrapFetch(undiciFetch, { backoff: () => 1 });
  const settled: unknown = await fetch(origin.url, { method, body: 'order', dispatcher }).catch(
    (error: unknown) => error,
  );
  const report = reportOf(settled);
  await dispatcher.destroy();
  return {
    deliveries: report?.attempts.map(({ delivery }) => delivery),
    reason: report?.decision.reason,
    effect: report?.effect,
  };
}

test.each<[string, StreamAct, number]>([
  ['REFUSED_STREAM', { does: 'reset', code: 'REFUSED_STREAM', processed: false }, 2],
  ['a GOAWAY below the stream', { does: 'go-away' }, 1],
])('%s is a refusal: a POST is sent again, and applied once', async (_, act, received) => {
  await using origin = await Http2Origin.listen();
  origin.plays(act);

  expect(await send(origin, 'POST')).toEqual({
    deliveries: ['refused', 'answered'],
    reason: 'succeeded',
    effect: 'applied',
  });
  expect(origin.received).toHaveLength(received);
  expect(origin.applied).toEqual(['POST']);
});

test.each<[string, StreamAct]>([
  ['INTERNAL_ERROR', { does: 'reset', code: 'INTERNAL_ERROR', processed: true }],
  ['CANCEL', { does: 'reset', code: 'CANCEL', processed: true }],
  ['ENHANCE_YOUR_CALM', { does: 'reset', code: 'ENHANCE_YOUR_CALM', processed: true }],
  ['HTTP_1_1_REQUIRED', { does: 'reset', code: 'HTTP_1_1_REQUIRED', processed: true }],
  ['a connection that is cut', { does: 'drop' }],
  ['a GOAWAY that counts the stream in', { does: 'go-away-after', code: 0 }],
  ['a GOAWAY with an error that counts the stream in', { does: 'go-away-after', code: 2 }],
])('%s proves nothing: a POST is not sent again', async (_, act) => {
  await using origin = await Http2Origin.listen();
  origin.plays(act);

  expect(await send(origin, 'POST')).toEqual({
    deliveries: ['unknown'],
    reason: 'not-repeatable',
    effect: 'maybe-applied',
  });
  expect(origin.applied).toEqual(['POST']);
});

test('a PUT is sent again after either', async () => {
  await using origin = await Http2Origin.listen();
  origin.plays(
    { does: 'reset', code: 'INTERNAL_ERROR', processed: true },
    { does: 'reset', code: 'REFUSED_STREAM', processed: false },
  );

  expect(await send(origin, 'PUT')).toMatchObject({
    deliveries: ['unknown', 'refused', 'answered'],
    effect: 'applied',
  });
  expect(origin.applied).toEqual(['PUT', 'PUT']);
});

test('a success over HTTP/2 is one', async () => {
  await using origin = await Http2Origin.listen();

  expect(await send(origin, 'POST')).toMatchObject({ deliveries: ['answered'], effect: 'applied' });
  expect(origin.applied).toEqual(['POST']);
});
