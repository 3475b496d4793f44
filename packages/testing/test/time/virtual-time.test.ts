import { request } from 'node:http';
import { connect, Socket } from 'node:net';
import nodeTimers, { setTimeout as named } from 'node:timers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { provesSafe, scriptedOrigin } from '../../src/index.ts';
import { virtualTime } from '../../src/prove/virtual-time.ts';
import { post, postAgain } from '../support/post.ts';

// Real time, real processes: a busy machine takes longer.
vi.setConfig({ testTimeout: 60_000 });

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

test.each<[string, () => Promise<unknown>]>([
  ['setTimeout', () => new Promise((resolve) => setTimeout(resolve, HOUR_MS))],
  ['setTimeout with parameters', () => new Promise((resolve) => setTimeout(resolve, HOUR_MS, 7))],
  ['setTimeout of node:timers', () => new Promise((resolve) => named(resolve, HOUR_MS))],
  ['setTimeout of node:timers/promises', () => wait(HOUR_MS)],
  ['promisified setTimeout', () => promisify(setTimeout)(HOUR_MS)],
  [
    'AbortSignal.timeout',
    () => new Promise((resolve) => AbortSignal.timeout(HOUR_MS).addEventListener('abort', resolve)),
  ],
])('%s of an hour takes no time, and Date and performance say it was one', async (_, pause) => {
  using time = virtualTime();
  const before = [Date.now(), performance.now(), Date.parse(new Date().toJSON())];

  await time.settle(pause, 2 * HOUR_MS);

  const after = [Date.now(), performance.now(), Date.parse(new Date().toJSON())];
  expect(after.map((ms, index) => Math.round(ms - (before[index] ?? 0)))).toEqual([HOUR_MS, HOUR_MS, HOUR_MS]);
});

test('process.hrtime goes on in virtual time', async () => {
  using time = virtualTime();
  const [start, startNs] = [process.hrtime(), process.hrtime.bigint()];

  await time.settle(() => wait(1500), HOUR_MS);

  expect(process.hrtime(start)).toEqual([1, 500_000_000]);
  expect(process.hrtime.bigint() - startNs).toBe(1_500_000_000n);
});

test('code that keeps a replacement gets real time again', async () => {
  const kept = (() => {
    using _time = virtualTime();
    return { setTimeout, Date, now: performance.now, hrtime: process.hrtime };
  })();
  const before = [kept.Date.now(), kept.now(), Number(kept.hrtime.bigint())];

  await new Promise((resolve) => kept.setTimeout(resolve, 20));

  const after = [kept.Date.now(), kept.now(), Number(kept.hrtime.bigint())];
  expect(after.map((value, index) => value > (before[index] ?? 0))).toEqual([true, true, true]);
});

test("a long-lived socket keeps Node's own limit, which can be lifted", async () => {
  await using origin = await scriptedOrigin();
  const socket = connect(origin.port, '127.0.0.1').on('error', () => {});
  let timeouts = 0;
  socket.on('timeout', () => timeouts++);
  {
    using _time = virtualTime();
    socket.setTimeout(10);
  }
  await vi.waitFor(() => expect(timeouts).toBe(1));

  socket.setTimeout(10);
  socket.setTimeout(0);
  await new Promise((resolve) => setTimeout(resolve, 30));

  expect(timeouts).toBe(1);
  socket.destroy();
});

test('many limits on one socket leave one listener', async () => {
  using _time = virtualTime();
  const socket = new Socket();

  for (let count = 0; count < 20; count += 1) socket.setTimeout(1000);

  expect(socket.listenerCount('close')).toBe(1);
});

test('timers fire in order, repeat, and stop when cleared', async () => {
  using time = virtualTime();
  const fired: string[] = [];

  await time.settle(async () => {
    setTimeout(() => fired.push('20'), 20);
    setTimeout(() => fired.push('10'), 10);
    clearTimeout(setTimeout(() => fired.push('never'), 5));
    const interval = setInterval(() => fired.push('every 8'), 8);
    const refreshed = setTimeout(() => fired.push('15 and 15'), 15);
    setTimeout(() => refreshed.refresh(), 15);
    await wait(31);
    clearInterval(interval);
  }, 1000);

  expect(fired).toEqual(['every 8', '10', '15 and 15', 'every 8', '20', 'every 8', '15 and 15']);
});

test('an abort ends a wait of node:timers/promises', async () => {
  using time = virtualTime();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);

  const settled = await time.settle(() => wait(HOUR_MS, 'value', { signal: controller.signal }), HOUR_MS);

  expect(settled).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
});

test('a node:http socket timeout is virtual, and restarts with every byte', async () => {
  await using origin = await scriptedOrigin();
  origin.plays({
    on: 'request',
    name: 'answers in two parts, too far apart',
    play: async (exchange) => {
      await exchange.wait(800);
      await exchange.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na');
      await exchange.wait(1100);
      await exchange.write('b');
      return 'reuse';
    },
  });
  using time = virtualTime();
  let silenceMs = 0;

  await time.settle(
    () =>
      new Promise((resolve) => {
        const startMs = performance.now();
        const sent = request(origin.url, { timeout: 1000 }, (response) => response.resume().on('error', () => {}));
        sent.on('timeout', () => {
          silenceMs = performance.now() - startMs;
          sent.destroy();
        });
        sent.on('error', () => {}).on('close', resolve);
        sent.end();
      }),
    HOUR_MS,
  );

  expect(Math.round(silenceMs)).toBe(1800);
});

test('a timer that is still pending at the end goes on in real time', async () => {
  let fired = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  {
    using time = virtualTime();
    timer = setTimeout(() => fired++, 1010);
    await time.settle(() => wait(1000), HOUR_MS);
  }
  await vi.waitFor(() => expect(fired).toBe(1));

  timer.refresh().close();
  expect(fired).toBe(1);
});

test('everything is as before when virtual time is over', async () => {
  const before = replaceable();
  {
    using _time = virtualTime();
    expect(replaceable().filter((each, index) => each === before[index])).toEqual([]);
  }
  expect(replaceable()).toEqual(before);
  expect(Object.hasOwn(performance, 'now')).toBe(false);
});

function replaceable(): unknown[] {
  const socket = Socket.prototype;
  return [
    ...[
      setTimeout,
      setInterval,
      clearTimeout,
      clearInterval,
      Date,
      performance.now,
      process.hrtime,
      AbortSignal.timeout,
    ],
    ...[nodeTimers.setTimeout, nodeTimers.clearInterval, named, wait],
    ...[socket.setTimeout, socket.write, socket.push, socket.end, socket._destroy],
  ];
}

test('a function that nothing moves any more hangs', async () => {
  using time = virtualTime();

  expect(await time.settle(() => new Promise(() => {}), HOUR_MS)).toBe('hung');
});

test('a function that only waits longer than its limit hangs at once', async () => {
  using time = virtualTime();

  expect(await time.settle(() => wait(HOUR_MS + 1), HOUR_MS)).toBe('hung');
});

test('time stands still while a socket moves, for any number of turns', async () => {
  await using origin = await scriptedOrigin();
  origin.plays({
    on: 'request',
    name: 'computes for a while',
    play: async (exchange) => {
      for (let part = 0; part < 40; part += 1)
        await exchange.write(part === 0 ? 'HTTP/1.1 200 OK\r\ncontent-length: 39\r\n\r\n' : 'x');
      return 'reuse';
    },
  });
  using time = virtualTime();

  const settled = await time.settle(
    async () => (await fetch(origin.url, { signal: AbortSignal.timeout(1) })).text(),
    1000,
  );

  expect(settled).toEqual({ status: 'fulfilled', value: 'x'.repeat(39) });
});

test('a Retry-After of an hour can be tested', async () => {
  const waiting = async (url: string): Promise<Response> => {
    const response = await post(url);
    if (response.ok) return response;
    await wait(Number(response.headers.get('retry-after')) * 1000);
    return await post(url);
  };
  const options = { faults: ['busy503', 'limited429'], retryAfterSeconds: 3600, time: 'virtual' } as const;

  expect((await provesSafe(waiting, { ...options, on: [1] })).rows.map(({ verdict }) => verdict)).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
  expect((await provesSafe(postAgain, options)).rows[1]?.verdict).toBe('too early');
});

test.each([
  ['post', post],
  ['postAgain', postAgain],
])('%s: the verdicts are those of real time', async (_, run) => {
  const [real, virtual] = [
    await provesSafe(run, { slowMs: 800 }),
    await provesSafe(run, { slowMs: 800, time: 'virtual' }),
  ];

  expect(virtual.rows.map(({ fault, attempt, verdict }) => [fault, attempt, verdict])).toEqual(
    real.rows.map(({ fault, attempt, verdict }) => [fault, attempt, verdict]),
  );
});

test('proofs in real and virtual time wait for one another', async () => {
  const options = { faults: ['resetAfter', 'hang'], on: [1] } as const;

  const proofs = await Promise.all([
    provesSafe(postAgain, options),
    provesSafe(postAgain, { ...options, time: 'virtual' }),
    provesSafe(postAgain, { ...options, time: 'virtual' }),
    provesSafe(postAgain, options),
  ]);

  for (const { rows } of proofs) expect(rows.map(({ verdict }) => verdict)).toEqual(['ok', 'DOUBLED', 'DOUBLED']);
});

test('no run in real time begins before a proof in virtual time is over', async () => {
  const runs: string[] = [];
  const logging = (name: string) => (url: string) => {
    runs.push(name);
    return post(url);
  };
  const options = { faults: ['lost502'], on: [1] } as const;

  await Promise.all([
    provesSafe(logging('virtual'), { ...options, time: 'virtual' }),
    provesSafe(logging('real'), options),
    provesSafe(logging('virtual again'), { ...options, time: 'virtual' }),
  ]);

  // The control runs three times, and the fault once.
  expect(runs).toEqual([...four('virtual'), ...four('real'), ...four('virtual again')]);
});

function four(name: string): readonly string[] {
  return [name, name, name, name];
}

test('fake timers and virtual time do not go together', async () => {
  vi.useFakeTimers();

  await expect(provesSafe(post, { time: 'virtual' })).rejects.toMatchObject({ code: 'timers-are-fake' });
});

test('a socket that was open before goes on', async () => {
  await using origin = await scriptedOrigin();
  const socket = connect(origin.port, '127.0.0.1');
  socket.setTimeout(HOUR_MS);
  {
    using time = virtualTime();
    await time.settle(async () => await fetch(origin.url), HOUR_MS);
  }
  socket.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n');

  await new Promise((resolve) => socket.resume().once('close', resolve));
  expect(origin.requests).toHaveLength(2);
});
