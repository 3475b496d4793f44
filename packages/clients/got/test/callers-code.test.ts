import { Origin, processThenHang, rejectionOf, status, VirtualClock } from '@twicesafe/testing';
import type { HTTPError, OptionsInit, Request, Response } from 'got';
import { describe, expect, test } from 'vitest';
import { bodyJudge, createRetryPolicy, type RetryOptions, reauthorize, reportOf, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const quick: RetryOptions = { backoff: () => 1 };
const lost = new Error('lost');
const fail = (): never => {
  throw lost;
};
const json = { 'content-type': 'application/json' };
const BUSY = { verdict: 'transient', subject: 'busy' } as const;
const judging: RetryOptions = {
  ...quick,
  rules: [{ judge: bodyJudge((_, text) => (text === '"busy"' ? BUSY : undefined)) }],
};

describe.each(VERSIONS)('hooks of the caller in %s', (_, got) => {
  test('one that throws before a retry of a 503: its error is the one that the caller gets', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const beforeRequest = [() => void (origin.requests.length > 0 && fail())];

    const error = await rejectionOf(wrapGot(got, quick)(origin.url, { hooks: { beforeRequest } }));

    expect(error.message).toBe('lost');
  });

  test('one that throws after a 503 ends the call', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const error = await rejectionOf(wrapGot(got, quick)(origin.url, { hooks: { afterResponse: [fail] } }));

    expect(error.message).toBe('lost');
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ outcome: { status: 503 } }], decision: { action: 'stop' } });
  });

  test('beforeRetry is told why a success is retried', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(200, { body: '"busy"', headers: json }));
    const told: unknown[] = [];
    const beforeRetry = [({ message }: Error) => void told.push(message)];

    await wrapGot(got, judging)(origin.url, { hooks: { beforeRetry } });

    expect(told).toEqual(['The body of the response asks for another attempt']);
  });

  test('beforeError is shown the name of a time limit', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenHang());
    const clock = new VirtualClock();
    const client = wrapGot(got, createRetryPolicy({ attemptTimeoutMs: 1000 }, clock));
    const shown: unknown[] = [];
    const beforeError = [
      (error: Error) => {
        shown.push(error.name);
        return error;
      },
    ];

    const sent = rejectionOf(client.post(origin.url, { hooks: { beforeError } as never }));
    await origin.received(1);
    clock.advance(1000);
    await sent;

    expect(shown).toEqual(['TimeoutError']);
  });

  test.each<[string, RetryOptions, number]>([
    ['no hook of ours if no body is judged', quick, 0],
    ['one of ours if a body is judged', judging, 1],
  ])('afterResponse has %s', async (_name, options, count) => {
    await using origin = await Origin.listen();

    const response = (await wrapGot(got, options)(origin.url)) as Response;

    expect(response.request.options.hooks.afterResponse).toHaveLength(count);
  });

  test.each<[string, RetryOptions, number, number]>([
    ['without confirm', {}, 1, 1],
    ['with confirm', { confirm: () => 'unknown' }, 1, 2],
  ])('beforeError has no more hooks of ours than it needs %s', async (_name, options, promise, stream) => {
    await using origin = await Origin.listen();
    origin.plays(status(404), status(404));
    const client = wrapGot(got, options);

    const error = (await rejectionOf(client(origin.url))) as HTTPError;
    const download = client.stream(origin.url);
    await failureOf(download);

    expect(error.options.hooks.beforeError).toHaveLength(promise);
    expect(download.options.hooks.beforeError).toHaveLength(stream);
  });
});

describe.each(VERSIONS)('what %s sends', (_, got) => {
  test('a response whose body no judge wants is returned', async () => {
    await using origin = await Origin.listen();
    const judge = bodyJudge(() => BUSY, { wants: () => false });

    const response = (await wrapGot(got, { ...quick, rules: [{ judge }] })(origin.url)) as Response<string>;

    expect(response.body).toBe('ok');
    expect(origin.requests).toHaveLength(1);
  });

  test('a credential that is gone is not sent again', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const credential = () => (origin.requests.length > 0 ? undefined : 'ours');
    const options = { credential, refresh: () => {}, origins: [new URL(origin.url).origin] };

    await wrapGot(got, { ...quick, reauthorize: reauthorize(options) })(origin.url);

    expect(origin.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer ours', undefined]);
  });

  test('a first attempt waits at the gate', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503, { headers: { 'retry-after-ms': '5000' } }));
    const clock = new VirtualClock();
    const client = wrapGot(got, createRetryPolicy({ originGate: 'all' }, clock));
    await rejectionOf(client.post(origin.url, { body: 'one' }));

    const response = await clock.run(client.post(origin.url, { body: 'two' }) as Promise<Response>);

    expect(reportOf(response)?.attempts[0]?.startMs).toBeGreaterThanOrEqual(5000);
  });

  test('a stream that nobody listens to for a retry is final', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const error = await failureOf(wrapGot(got, quick).stream(origin.url));

    expect(reportOf(error)?.attempts[0]?.decision.action).toBe('stop');
  });

  test.each<[string, unknown, OptionsInit | undefined]>([
    ['an option of a wrong type', 'http://127.0.0.1:9/', { timeout: 5 } as never],
    ['an option that got does not know', 'http://127.0.0.1:9/', { nonsense: 5 } as never],
    ["got's defaults in place of a URL", got.defaults.options, undefined],
  ])('%s: rejected as by got', async (_name, url, options) => {
    const bare = await thrownBy(() => got(url as never, options));
    const wrapped = await thrownBy(() => wrapGot(got)(url as never, options));

    expect(String(wrapped)).toBe(String(bare));
  });

  test('a call without a URL is no operation', async () => {
    const error = await thrownBy(() => wrapGot(got)(undefined as never));

    expect(reportOf(error)).toBeUndefined();
  });
});

function failureOf(stream: Request): Promise<Error> {
  stream.resume();
  return new Promise((resolve) => stream.once('error', resolve));
}

/** What a call throws, or rejects with. */
async function thrownBy(call: () => unknown): Promise<Error> {
  return rejectionOf((async () => call())());
}
