import { processThenReset, status } from '@twicesafe/testing';
import ky, { type HTTPError, isHTTPError } from 'ky';
import { expect, test, vi } from 'vitest';
import { reportOf } from '../src/index.ts';
import { stageFor } from './support.ts';

test('runs beforeRetry hooks before every retry, with the count and the error', async () => {
  const seen: unknown[] = [];
  await using stage = await stageFor({
    hooks: {
      beforeRetry: [
        ({ retryCount, error, request }) => {
          seen.push([retryCount, isHTTPError(error) && error.response.status, isHTTPError(error) && error.data]);
          request.headers.set('x-retry', String(retryCount));
        },
      ],
    },
  });
  stage.origin.plays(status(503, { body: 'busy' }), status(502, { body: 'gone' }));

  const response = await stage.api.get('orders');

  expect(response.status).toBe(200);
  expect(seen).toEqual([
    [1, 503, 'busy'],
    [2, 502, 'gone'],
  ]);
  expect(stage.origin.requests.map(({ headers }) => headers['x-retry'])).toEqual([undefined, '1', '2']);
});

test("skips beforeRetry hooks for requests that aren't retried", async () => {
  const beforeRetry = vi.fn();
  await using stage = await stageFor({ hooks: { beforeRetry: [beforeRetry] } });
  stage.origin.plays(status(503));

  await expect(stage.api.post('orders', { json: { amount: 3 } })).rejects.toThrow('503');

  expect(beforeRetry).not.toHaveBeenCalled();
  expect(stage.origin.requests).toHaveLength(1);
});

test('a beforeRetry hook may stop the retry', async () => {
  await using stage = await stageFor({ hooks: { beforeRetry: [() => ky.stop] } });
  stage.origin.plays(status(503));

  expect(await stage.api.get('orders')).toBeUndefined();
  expect(stage.origin.requests).toHaveLength(1);
});

test('a beforeRetry hook may answer in place of the origin', async () => {
  await using stage = await stageFor({ hooks: { beforeRetry: [() => new Response('kept')] } });
  stage.origin.plays(status(503));

  expect(await stage.api.get('orders').text()).toBe('kept');
  expect(stage.origin.requests).toHaveLength(1);
});

test("beforeError hooks get the caller's error, and their replacement has the report", async () => {
  class OrderError extends Error {}
  await using stage = await stageFor({
    hooks: { beforeError: [({ error }) => new OrderError('no order', { cause: error })] },
  });
  stage.origin.plays(status(404));

  const error = await stage.api.get('orders').catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(OrderError);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ outcome: { status: 404 } }],
    decision: { reason: 'final-status' },
  });
});

test('sends a retry that an afterResponse hook forces, and keeps its doubt', async () => {
  await using stage = await stageFor({
    hooks: {
      afterResponse: [
        ({ response, retryCount }) => (response.status === 500 && retryCount === 0 ? ky.retry() : undefined),
      ],
    },
  });
  // The first copy may have been processed; what the caller forced is its word, and what follows is ours to judge
  // again.
  stage.origin.plays(status(500), status(425), status(200));

  const error = (await stage.api.post('orders', { json: {} }).catch((reason: unknown) => reason)) as HTTPError;

  expect(stage.origin.requests).toHaveLength(2);
  expect(error.response.status).toBe(425);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ outcome: { status: 500 } }, { outcome: { status: 425 }, decision: { reason: 'not-repeatable' } }],
    effect: 'maybe-applied',
  });
});

test("the client's own errors come back: HTTPError with its data, NetworkError with its cause", async () => {
  await using stage = await stageFor({}, { maxAttempts: 1 });
  stage.origin.plays(status(422, { headers: { 'content-type': 'application/json' }, body: '{"field":"amount"}' }));
  const refused = await stage.api.post('orders').catch((reason: unknown) => reason);
  expect(isHTTPError(refused) && refused.data).toEqual({ field: 'amount' });
  expect(reportOf(refused)).toMatchObject({ effect: 'not-applied', effectReason: 'refusal-response' });

  stage.origin.plays(processThenReset());
  const lost = (await stage.api.post('orders').catch((reason: unknown) => reason)) as Error;
  expect(lost.name).toBe('NetworkError');
  expect(lost.cause).toBeInstanceOf(TypeError);
  expect(reportOf(lost)).toMatchObject({ effect: 'maybe-applied' });
});
