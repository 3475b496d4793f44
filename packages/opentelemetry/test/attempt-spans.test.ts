import { wrapFetch } from '@twicesafe/fetch';
import { hang, Origin, processThenReset, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { traced } from '../src/index.ts';
import { CLIENTS } from './support/clients.ts';
import { register, resendCounts, spans } from './support/telemetry.ts';

register({ instrumented: false });

const options = { backoff: () => 1 };

describe.each(Object.entries(CLIENTS))('%s', (_, client) => {
  test('makes a CLIENT span for each attempt', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(200));

    await client(options, { operationSpan: true, attemptSpans: true })(origin.url);

    const [operation] = spans('INTERNAL');
    const attempts = spans('CLIENT');
    expect(attempts).toMatchObject([
      { name: 'PUT', parent: operation?.id, failed: true, attributes: { 'http.response.status_code': 503 } },
      { name: 'PUT', parent: operation?.id, failed: false, attributes: { 'http.response.status_code': 200 } },
    ]);
    expect(attempts[0]?.attributes).toEqual({
      'http.request.method': 'PUT',
      'server.address': '127.0.0.1',
      'server.port': origin.port,
      'url.full': origin.url,
      'http.response.status_code': 503,
      'error.type': '503',
    });
    expect(resendCounts()).toEqual([undefined, 1]);
  });
});

test.each([
  [false, '?sig=REDACTED&page=REDACTED'],
  [true, '?sig=REDACTED&page=2'],
])('hides credentials and signatures (showQuery: %s)', async (showQuery, query) => {
  await using origin = await Origin.listen();
  const fetch = traced(wrapFetch({ showQuery }), { attemptSpans: true });

  await fetch(`${origin.url}?sig=secret&page=2#top`);

  expect(spans('CLIENT')[0]?.attributes['url.full']).toBe(`${origin.url}${query}`);
});

test('a failure has its code, and an unknown method is _OTHER', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());
  const fetch = traced(wrapFetch(), { operationSpan: true, attemptSpans: true });

  await expect(fetch(origin.url, { method: 'REPORT-IT' })).rejects.toThrow('fetch failed');

  expect(spans('CLIENT')).toMatchObject([
    {
      name: 'HTTP',
      failed: true,
      attributes: {
        'http.request.method': '_OTHER',
        'http.request.method_original': 'REPORT-IT',
        'error.type': 'ECONNRESET',
      },
    },
  ]);
  expect(spans('INTERNAL')).toMatchObject([
    { name: 'retry HTTP', failed: true, attributes: { 'twicesafe.effect': 'maybe-applied' } },
  ]);
});

test("the caller's own abort is no error, and ends both spans", async () => {
  await using origin = await Origin.listen();
  origin.plays(hang());
  const controller = new AbortController();
  const fetch = traced(wrapFetch(), { operationSpan: true, attemptSpans: true });

  const sent = fetch(origin.url, { method: 'PUT', signal: controller.signal });
  await origin.received(1);
  controller.abort();
  await expect(sent).rejects.toThrow('aborted');

  expect(spans().map(({ kind, failed, attributes }) => [kind, failed, attributes['error.type']])).toEqual([
    ['CLIENT', false, undefined],
    ['INTERNAL', false, undefined],
  ]);
  expect(spans('INTERNAL')[0]?.attributes['twicesafe.reason']).toBe('aborted');
});

test('a time limit of the policy is an error', async () => {
  await using origin = await Origin.listen();
  origin.plays(hang());
  const fetch = traced(wrapFetch({ attemptTimeoutMs: 20, maxAttempts: 1 }), { attemptSpans: true });

  await expect(fetch(origin.url)).rejects.toThrow('attemptTimeoutMs');

  expect(spans('CLIENT')).toMatchObject([{ failed: true, attributes: { 'error.type': 'attempt-timeout' } }]);
});

test('a call that never becomes an operation ends its span', async () => {
  const fetch = traced(wrapFetch(), { operationSpan: true });

  await expect(fetch('http://127.0.0.1', { retry: { maxAttempts: 0 } })).rejects.toThrow('maxAttempts');

  expect(spans()).toMatchObject([{ name: 'retry', attributes: {} }]);
});

test.each([
  [null, {}, 'traced takes the client to trace first, and not null'],
  ['fetch', {}, 'traced takes the client to trace first, and not string'],
  [fetch, { attemptSpan: true }, 'traced has no member attemptSpan, only operationSpan and attemptSpans'],
  [fetch, { operationSpan: 1 }, 'operationSpan must be true or false, not number'],
])('traced(%s, %o) names the problem', (client, given, message) => {
  expect(() => traced(client as never, given as never)).toThrow(new TypeError(message));
});
