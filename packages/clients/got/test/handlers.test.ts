import { Origin, processThenHang, rejectionOf, status, VirtualClock } from '@twicesafe/testing';
import type { HandlerFunction, Response } from 'got';
import { describe, expect, test } from 'vitest';
import { createRetryPolicy, type RetryOptions, reportOf, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const quick: RetryOptions = { backoff: () => 1 };
const own = { body: 'own' };
const lost = new Error('lost');
const fail = (): never => {
  throw lost;
};

describe.each(VERSIONS)('a handler in %s', (_, got) => {
  test('that rejects while an attempt is under way ends the call', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenHang());
    const handler: HandlerFunction = (options, next) => {
      (next(options) as unknown as Promise<unknown>).catch(() => {});
      return origin.received(1).then(fail) as never;
    };

    const error = await rejectionOf(wrapGot(got, quick).extend({ handlers: [handler] })(origin.url));

    expect(error).toBe(lost);
    expect(reportOf(error)?.attempts[0]?.decision.action).toBe('stop');
  });

  test('that answers by itself in the wait ends the call', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const { promise, resolve } = Promise.withResolvers<void>();
    const onEvent: RetryOptions['onEvent'] = ({ type }) => void (type === 'retry-scheduled' && resolve());
    const controller = new AbortController();
    const handler: HandlerFunction = (options, next) => {
      (next(options) as unknown as Promise<unknown>).catch(() => {});
      return promise.then(() => own) as never;
    };
    const client = wrapGot(got, { backoff: () => 60_000, onEvent }).extend({ handlers: [handler] });

    const settled: unknown = await client(origin.url, { signal: controller.signal });
    controller.abort();

    expect(settled).toBe(own);
    expect(reportOf(settled)).toMatchObject({ attempts: [{}], decision: { action: 'stop', reason: 'aborted' } });
  });

  test('that answers by itself before the first attempt: its time counts', async () => {
    const clock = new VirtualClock();
    const handler: HandlerFunction = () => {
      clock.advance(10);
      return Promise.resolve(own) as never;
    };

    const settled = await wrapGot(got, createRetryPolicy({}, clock)).extend({ handlers: [handler] })('http://a.test/');

    expect(reportOf(settled)).toMatchObject({ attempts: [], decision: { reason: 'aborted' }, elapsedMs: 10 });
  });

  test('that answers by itself after a hook has sent again: both attempts count', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(401), processThenHang());
    const again = (response: Response, send: (options: object) => never) =>
      response.statusCode === 401 ? send({ headers: { authorization: 'Bearer new' } }) : response;
    const handler: HandlerFunction = (options, next) => {
      (next(options) as unknown as Promise<unknown>).catch(() => {});
      return origin.received(2).then(() => own) as never;
    };
    const client = wrapGot(got, quick).extend({ handlers: [handler] });

    const settled: unknown = await client.post(origin.url, { hooks: { afterResponse: [again] as never } });

    expect(reportOf(settled)).toMatchObject({
      attempts: [{ outcome: { status: 401 } }, { delivery: 'unknown' }],
      effect: 'maybe-applied',
    });
  });
});
