import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { hang, Origin, processThenReset, slowBody, status, truncate, VirtualClock } from '@twicesafe/testing';
import type { Got, Request, Response } from 'got';
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
function retried(client: Got, open: (client: Got) => Request): Promise<Request & { response?: Response }> {
  return new Promise((resolve, reject) => {
    const follow = (stream: Request): void => {
      stream.once('retry', (_count, _error, createRetryStream) => follow(createRetryStream() as Request));
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
