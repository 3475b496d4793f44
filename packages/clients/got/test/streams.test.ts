import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import {
  closedPort,
  hang,
  listenersOf,
  Origin,
  processThenReset,
  redirect,
  slowBody,
  status,
  truncate,
  VirtualClock,
} from '@twicesafe/testing';
import type { Got, OptionsInit, Request, Response } from 'got';
import { describe, expect, test } from 'vitest';
import { createRetryPolicy, type RetryOptions, reportOf, retryContext, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const quick: RetryOptions = { backoff: () => 1 };

describe.each(VERSIONS)('streams of %s', (_, got) => {
  test('without a retry listener one is sent once, as got does', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const error = await failureOf(wrapGot(got, quick).stream(origin.url));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ decision: { action: 'stop' }, attempts: [{ outcome: { status: 503 } }] });
  });

  test('a GET with a retry listener is retried, and its report has every attempt', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), processThenReset());

    const last = await retried(wrapGot(got, quick), (client) => client.stream(origin.url));

    expect(origin.requests).toHaveLength(3);
    expect(reportOf(last.response)).toMatchObject({
      attempts: [{ outcome: { status: 503 } }, { delivery: 'unknown' }, { outcome: { status: 200 } }],
      decision: { reason: 'succeeded' },
    });
  });

  test('with a retry listener a POST is not repeated', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    const stream = retried(wrapGot(got, quick), (client) => client.stream.post(origin.url, { body: 'order' }));

    await expect(stream).rejects.toSatisfy((error) => reportOf(error)?.effect === 'maybe-applied');
    expect(origin.applied).toEqual(['POST']);
  });

  test('a download that breaks off is repeated, as got does', async () => {
    await using origin = await Origin.listen();
    origin.plays(truncate());

    const last = await retried(wrapGot(got, quick), (client) => client.stream(origin.url));

    expect(origin.requests).toHaveLength(2);
    expect(reportOf(last.response)?.attempts[0]).toMatchObject({ outcome: { kind: 'truncated-body' } });
  });

  test('a stream as the body is never sent again', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const body = Readable.from([Buffer.from('one')]);
    const stream = retried(wrapGot(got, quick), (client) => client.stream.put(origin.url, { body }));

    await expect(stream).rejects.toSatisfy((error) => reportOf(error)?.decision.reason === 'body-not-replayable');
    expect(origin.requests).toHaveLength(1);
  });

  test('sends a recreated body again', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const context = retryContext({ body: () => Readable.from([Buffer.from('one')]) });
    await retried(wrapGot(got, quick), (client) => client.stream.put(origin.url, { context }));

    expect(origin.requests.map((request) => request.text)).toEqual(['one', 'one']);
  });

  test('the limit of an attempt is not for the body of its response', async () => {
    await using origin = await Origin.listen();
    origin.plays(slowBody({ chunks: 3, everyMs: 300 }));

    const stream = wrapGot(got, { ...quick, attemptTimeoutMs: 500 }).stream(origin.url);

    expect(await text(stream)).toBe('chunk 1\nchunk 2\nchunk 3\n');
  });

  test('the deadline ends a stream, whatever it waits for', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const clock = new VirtualClock();
    const stream = wrapGot(got, createRetryPolicy({ deadlineMs: 5000 }, clock)).stream(origin.url);
    const failed = failureOf(stream);
    await origin.received(1);

    clock.advance(5000);

    expect(reportOf(await failed)).toMatchObject({ decision: { reason: 'deadline-over' }, effect: 'not-applied' });
  });

  test('an abort in the wait ends it at once, with a report', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const controller = new AbortController();
    const client = wrapGot(got, {
      backoff: () => 60_000,
      onEvent: ({ type }) => void (type === 'retry-scheduled' && setImmediate(() => controller.abort())),
    });

    const stream = retried(client, (wrapped) => wrapped.stream(origin.url, { signal: controller.signal }));

    await expect(stream).rejects.toSatisfy((error) => reportOf(error)?.decision.reason === 'aborted');
    expect(origin.requests).toHaveLength(1);
  });

  test('a retry listener may change the options of the next one', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    await retried(wrapGot(got, quick), (client) => client.stream(origin.url), { headers: { 'x-mark': 'second' } });

    expect(origin.requests.map(({ headers }) => headers['x-mark'])).toEqual([undefined, 'second']);
  });

  test("hands on the caller's own events as they are", async () => {
    await using origin = await Origin.listen();
    const stream = wrapGot(got, quick).stream(origin.url);
    const heard: unknown[] = [];
    const details = [1, 2, () => 3];

    stream.on('mine', (...given: unknown[]) => heard.push(...given));
    stream.emit('mine', ...details);
    await text(stream);

    expect(heard).toEqual(details);
  });

  test('a POST that a redirect made a GET may be applied', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(303, '/status'));

    const last = await retried(wrapGot(got, quick), (client) => client.stream.post(origin.url, { body: 'order' }));

    expect(reportOf(last.response)).toMatchObject({ effect: 'maybe-applied', effectReason: 'redirected-response' });
    expect(reportOf(last)).toEqual(reportOf(last.response));
  });

  test('a POST whose connection was refused is not applied', async () => {
    const stream = wrapGot(got, quick).stream.post(`http://127.0.0.1:${await closedPort()}/`, { body: 'order' });

    expect(reportOf(await failureOf(stream))).toMatchObject({
      attempts: [{ delivery: 'never-sent' }],
      effect: 'not-applied',
    });
  });

  test('confirm looks up the effect before the error reaches the caller', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const client = wrapGot(got, { ...quick, confirm: () => 'applied' });

    const error = await failureOf(client.stream.post(origin.url, { body: 'order' }));

    expect(reportOf(error)).toMatchObject({ effect: 'applied', effectReason: 'confirmed' });
  });

  test.each([
    ['a success', [status(200)]],
    ['a failure', [processThenReset(), status(404)]],
  ])('%s leaves no timer and no listener, and stays as it is when the stream is destroyed', async (_name, acts) => {
    await using origin = await Origin.listen();
    origin.plays(...acts);
    const clock = new VirtualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const ends: unknown[] = [];
    const onEvent: RetryOptions['onEvent'] = ({ type }) => void (type === 'operation-end' && ends.push(type));
    const policy = createRetryPolicy({ ...quick, onEvent, deadlineMs: 5000, attemptTimeoutMs: 1000 }, clock);

    const settled = await retried(wrapGot(got, policy), (client) => client.stream(origin.url, { signal })).catch(
      (error: Error) => error,
    );
    const report = reportOf(settled);
    const listeners = listenersOf(signal);
    controller.abort();
    if (settled instanceof Readable) settled.destroy(new Error('late'));
    await new Promise(setImmediate);

    expect(report?.decision.reason).toBe(acts.length === 1 ? 'succeeded' : 'final-status');
    expect(reportOf(settled)).toEqual(report);
    expect(ends).toHaveLength(1);
    expect(clock.pending).toBe(0);
    // Before got 16, got leaves one of its own after a success.
    expect(listeners).toBeLessThanOrEqual(got === VERSIONS.at(-1)?.[1] ? 0 : 1);
  });

  test('the deadline ends the stream that replaced the first one', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), hang());
    const clock = new VirtualClock();
    const client = wrapGot(got, createRetryPolicy({ ...quick, deadlineMs: 5000 }, clock));
    const failed = retried(client, (wrapped) => wrapped.stream(origin.url)).catch((error: Error) => error);
    await origin.received(2);

    clock.advance(5000);

    expect(await failed).toMatchObject({ name: 'TimeoutError', code: 'TWICESAFE_DEADLINE' });
    expect(reportOf(await failed)?.attempts).toHaveLength(2);
  });

  test('one that the caller destroys is over, and nothing is sent any more', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const ends: unknown[] = [];
    const client = wrapGot(got, {
      onEvent: (event) => void (event.type === 'operation-end' && ends.push(event.report.decision.reason)),
    });

    const stream = client.stream(origin.url);
    await origin.received(1);
    stream.destroy();
    await finished(stream).catch(() => {});

    expect(ends).toEqual(['aborted']);
  });
});

/** Reads a stream to its end, or the one that replaced it. */
function retried(
  client: Got,
  open: (client: Got) => Request,
  updated?: OptionsInit,
): Promise<Request & { response?: Response }> {
  return new Promise((resolve, reject) => {
    const follow = (stream: Request): void => {
      stream.once('retry', (_count, _error, createRetryStream) => follow(createRetryStream(updated) as Request));
      stream.once('error', reject);
      stream.once('end', () => resolve(stream as never));
      stream.resume();
    };
    follow(open(client));
  });
}

function failureOf(stream: Request): Promise<Error> {
  stream.resume();
  return new Promise((resolve) => stream.once('error', resolve));
}
