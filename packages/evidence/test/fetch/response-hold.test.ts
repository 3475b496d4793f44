import { gzipSync } from 'node:zlib';
import { endlessBody, Origin, type RequestAct, status, truncate, VirtualClock } from '@twicesafe/testing';
import { Agent, Dispatcher1Wrapper } from 'undici';
import { describe, expect, test } from 'vitest';
import { attemptOf, endOf, FETCHES, post } from '../support/attempt.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const HOLD = 65_536;

/** Writes these parts of a message, each when the test lets it, and ends the connection or keeps it. */
function parts(first: string, ...later: string[]): RequestAct & { next(): void } {
  let release: () => void = () => {};
  return {
    on: 'request',
    name: 'parts',
    next: () => release(),
    async play(exchange) {
      await exchange.readWhole();
      exchange.apply();
      await exchange.write(first);
      for (const part of later) {
        const released = new Promise<void>((resolve) => {
          release = resolve;
        });
        await Promise.race([released, exchange.untilClosed()]);
        await exchange.write(part);
      }
      return 'reuse';
    },
  };
}

describe.each(FETCHES)('%s', (_, fetch) => {
  test('a small response is handed over when all of it is there', async () => {
    await using origin = await Origin.listen();
    const act = parts('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234', '56789');
    origin.plays(act);
    const clock = new VirtualClock();
    let settled = false;
    const ending = post(origin.url, { fetch, holdBytes: HOLD, clock }).finally(() => {
      settled = true;
    });

    while (clock.pending === 0) await turn();
    expect(settled).toBe(false);
    act.next();
    const { response } = await ending;

    expect(await response?.text()).toBe('0123456789');
    expect(clock.pending).toBe(0);
  });

  test('a response that breaks off is a failed attempt that may have been processed', async () => {
    await using origin = await Origin.listen();
    origin.plays(truncate());

    const { outcome } = await post(origin.url, { fetch, holdBytes: HOLD });

    expect(outcome).toMatchObject({ type: 'failure', kind: 'truncated-body', delivery: 'unknown' });
    expect(origin.applied).toEqual(['POST']);
  });

  test.each([
    ['not held', 999],
    ['held', 1000],
  ])('a response of 1000 bytes is %s with a limit of %i', async (word, holdBytes) => {
    await using origin = await Origin.listen();
    origin.plays(truncate());

    const { outcome, response } = await post(origin.url, { fetch, holdBytes });

    expect(outcome.type).toBe(word === 'held' ? 'failure' : 'response');
    if (response) await expect(response.text()).rejects.toThrow('terminated');
  });

  test.each([true, false])('a slow response comes after a second, as it arrives: mayChange %s', async (mayChange) => {
    await using origin = await Origin.listen();
    const act = parts('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234', '56789');
    origin.plays(act);
    const clock = new VirtualClock();
    const ending = post(origin.url, { fetch, holdBytes: HOLD, clock, mayChange });
    while (clock.pending === 0) await turn();

    clock.advance(1000);
    const { response } = await ending;
    act.next();

    expect(await response?.text()).toBe('0123456789');
    expect(clock.pending).toBe(0);
  });

  test('a slow response that breaks after the handover fails for its reader', async () => {
    await using origin = await Origin.listen();
    const act = parts('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234', '');
    origin.plays(act);
    const clock = new VirtualClock();
    const ending = post(origin.url, { fetch, holdBytes: HOLD, clock });
    while (clock.pending === 0) await turn();
    clock.advance(1000);
    const { response, attempt } = await ending;

    await origin.close();

    await expect(response?.text()).rejects.toThrow();
    expect(attempt.failure(new Error('x'))).toMatchObject({ kind: 'network' });
  });

  test.each([
    ['an event stream', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Type: text/event-stream\r\n\r\n01234'],
    ['a chunked response', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n'],
    ['an error', 'HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\n01234'],
    ['a response of status 300', 'HTTP/1.1 300 Choices\r\nContent-Length: 10\r\n\r\n01234'],
    ['a response of unknown length', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n01234'],
  ])('%s is handed over at once', async (_name, head) => {
    await using origin = await Origin.listen();
    origin.plays(parts(head, ''));
    const clock = new VirtualClock();

    const { response } = await post(origin.url, { fetch, holdBytes: HOLD, clock });

    expect(response?.body).not.toBeNull();
    expect(clock.pending).toBe(0);
    await response?.body?.cancel();
  });

  test('a response that has no body is handed over at once, whatever length it announces', async () => {
    await using origin = await Origin.listen();
    origin.plays(parts('HTTP/1.1 205 Reset Content\r\nContent-Length: 10\r\n\r\n', ''));
    const clock = new VirtualClock();

    const { response } = await post(origin.url, { fetch, holdBytes: HOLD, clock });

    expect(response?.status).toBe(205);
    expect(clock.pending).toBe(0);
  });

  test('a response to a harmless request is held, too', async () => {
    await using origin = await Origin.listen();
    origin.plays(truncate());

    const { outcome } = await post(origin.url, { fetch, holdBytes: HOLD, method: 'GET', mayChange: false });

    expect(outcome).toMatchObject({ kind: 'truncated-body' });
  });

  test('a truncated response of a request that must not be repeated is handed over', async () => {
    await using origin = await Origin.listen();
    origin.plays(truncate());

    const { response } = await post(origin.url, { fetch, holdBytes: HOLD, repeatable: false });

    await expect(response?.text()).rejects.toThrow('terminated');
  });

  test('an endless response is handed over at once', async () => {
    await using origin = await Origin.listen();
    origin.plays(endlessBody());

    const { response } = await post(origin.url, { fetch, holdBytes: HOLD });

    expect(response?.status).toBe(200);
    await response?.body?.cancel();
  });

  test('the answer to HEAD announces a length and has no body', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(200, { body: 'x'.repeat(500) }));
    const clock = new VirtualClock();
    const attempt = attemptOf(origin.url, { fetch, holdBytes: HOLD, method: 'HEAD', clock });

    const { response } = await endOf(attempt, attempt.send(origin.url, { method: 'HEAD' }, false));

    expect(response?.headers.get('content-length')).toBe('500');
    expect(await response?.text()).toBe('');
    expect(clock.pending).toBe(0);
  });

  test.each([0, 1, 16_384, 20_000, 40_000, 65_535, 65_536, 65_537, 200_000])(
    'a response of %i bytes arrives whole',
    async (length) => {
      await using origin = await Origin.listen();
      const body = Buffer.alloc(length, 'abcdefghij');
      origin.plays(status(200, { body }), status(200, { body: 'next' }));

      const { response } = await post(origin.url, { fetch, holdBytes: HOLD });
      // Nobody reads for a while: a paused connection must go on later.
      for (let turns = 0; turns < 20; turns++) await turn();

      expect(Buffer.from((await response?.arrayBuffer()) as ArrayBuffer).equals(body)).toBe(true);
      expect(await (await post(origin.url, { fetch, holdBytes: HOLD })).response?.text()).toBe('next');
    },
  );

  test('a compressed response is decoded by fetch', async () => {
    await using origin = await Origin.listen();
    const text = 'order '.repeat(10_000);
    const headers = { 'content-encoding': 'gzip' };
    origin.plays(status(200, { body: gzipSync(text), headers }));

    const { response } = await post(origin.url, { fetch, holdBytes: HOLD });

    expect(await response?.text()).toBe(text);
  });

  test('an informational response goes before the one that is held', async () => {
    await using origin = await Origin.listen();
    origin.plays(parts('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));

    const { response } = await post(origin.url, { fetch, holdBytes: HOLD });

    expect(await response?.text()).toBe('ok');
  });

  test('an informational response through undici 8 does not hold the response for a second', async () => {
    await using origin = await Origin.listen();
    origin.plays(parts('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const agent = new Agent();
    const dispatcher = fetch === globalThis.fetch ? new Dispatcher1Wrapper(agent) : agent;

    // The clock stands still, so a response that waited would never come.
    const { response } = await post(origin.url, { fetch, holdBytes: HOLD }, { dispatcher });

    expect(await response?.text()).toBe('ok');
    await agent.close();
  });

  test('an abort while a response is held ends the attempt and its timers', async () => {
    await using origin = await Origin.listen();
    origin.plays(parts('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234', ''));
    const clock = new VirtualClock();
    const controller = new AbortController();
    const ending = post(origin.url, { fetch, holdBytes: HOLD, clock }, { signal: controller.signal });
    while (clock.pending === 0) await turn();

    controller.abort('mine');

    expect((await ending).outcome).toMatchObject({ type: 'failure', delivery: 'unknown' });
    expect(clock.pending).toBe(0);
  });
});
