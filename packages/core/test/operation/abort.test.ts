import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { reportOf } from '../../src/operation/reports.ts';
import { wait } from '../../src/operation/wait.ts';
import type { Act } from '../support/scripted-client.ts';
import { stage } from '../support/stage.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test.each<[string, Act[], number]>([
  ['in flight', [{ hangs: true }], 0],
  ['as the response comes', [{ status: 200, afterMs: 50 }], 0],
  ['during the backoff', [{ status: 503 }], 1],
])('an abort %s rejects at once, with the reason of the caller', async (_, acts, ended) => {
  const controller = new AbortController();
  const { clock, client, operation, start } = stage(acts, { signal: controller.signal });
  const reason = { mine: true };
  const running = start().catch((thrown: unknown) => thrown);
  clock.advance(0);
  await turn();
  expect(operation.report().attempts).toHaveLength(ended);

  clock.advance(50);
  controller.abort(reason);

  expect(await running).toBe(reason);
  expect(clock.pending).toBe(0);
  expect(client.sentAtMs).toHaveLength(1);
  expect(operation.report().decision).toEqual({ action: 'stop', reason: 'aborted' });
});

test('an abort before the first attempt sends nothing, and is certain', async () => {
  const { clock, client, operation, start } = stage([], { method: 'POST', signal: AbortSignal.abort('never mind') });

  const reason = await clock.run(start()).catch((thrown: unknown) => thrown);

  expect(reason).toBe('never mind');
  expect(client.sentAtMs).toEqual([]);
  expect(operation.report()).toMatchObject({
    attempts: [],
    decision: { reason: 'aborted' },
    effect: 'not-applied',
    effectReason: 'nothing-processed',
  });
});

test('an abort by a listener at the end of the last attempt is answered', async () => {
  const controller = new AbortController();
  const { clock, client, operation, start } = stage([{ status: 404 }], {
    signal: controller.signal,
    options: { onEvent: ({ type }) => type === 'attempt-end' && controller.abort('mine') },
  });

  expect(await clock.run(start().catch((thrown: unknown) => thrown))).toBe('mine');
  expect(client.discarded.map(({ status }) => status)).toEqual([404]);
  expect(operation.report().decision).toEqual({ action: 'stop', reason: 'aborted' });
});

test('an abort of a client that ignores it leaves no timer and no listener', async () => {
  const listeners: string[] = [];
  const { signal, abort } = countingSignal(listeners);
  const { clock, client, start } = stage([], { signal, options: { attemptTimeoutMs: 500 } });
  Object.assign(client, { mayIgnoreAbort: true, send: () => new Promise(() => {}) });
  const running = start().catch((thrown: unknown) => thrown);
  await turn();

  abort();

  expect(await running).toBe('mine');
  expect(clock.pending).toBe(0);
  expect(listeners).toEqual(['add abort', 'remove abort']);
  expect(client.discarded).toEqual([]);
});

test('a failure after an abort is the abort, whatever the client says', async () => {
  const controller = new AbortController();
  const { clock, operation, start } = stage([{ fails: 'unknown', afterMs: 10 }], { signal: controller.signal });
  const running = start().catch((thrown: unknown) => thrown);
  clock.advance(0);
  controller.abort('mine');

  expect(await clock.run(running)).toBe('mine');
  expect(operation.report().attempts).toMatchObject([
    { outcome: { type: 'failure', kind: 'caller-abort' }, decision: { reason: 'aborted' } },
  ]);
});

test('a response that comes with the abort is discarded', async () => {
  const controller = new AbortController();
  const { clock, client, operation, start } = stage([], { signal: controller.signal });
  client.send = async () => {
    controller.abort('mine');
    return { status: 200, headers: new Headers() };
  };

  expect(await clock.run(start().catch((thrown: unknown) => thrown))).toBe('mine');

  expect(client.discarded.map(({ status }) => status)).toEqual([200]);
  expect(operation.report()).toMatchObject({
    attempts: [{ outcome: { status: 200 }, decision: { reason: 'aborted' } }],
    decision: { reason: 'aborted' },
  });
});

test('discards a kept response if the caller aborts during the wait', async () => {
  const controller = new AbortController();
  const { client, clock, start } = stage([{ status: 503 }], { signal: controller.signal });
  const running = start().catch((thrown: unknown) => thrown);
  clock.advance(0);
  await turn();

  controller.abort('mine');

  expect(await running).toBe('mine');
  expect(client.discarded.map(({ status }) => status)).toEqual([503]);
});

test.each([null, () => 1, Symbol('mine')])('any value can be the reason: %s', async (reason) => {
  const { clock, start } = stage([], { signal: AbortSignal.abort(reason) });

  expect(await clock.run(start().catch((thrown: unknown) => thrown))).toBe(reason);
  expect(reportOf(reason)?.decision.reason).toBe(typeof reason === 'function' ? 'aborted' : undefined);
});

test('a wait with a signal that is aborted already does not begin', async () => {
  const clock = new VirtualClock();

  await expect(wait(1000, clock, AbortSignal.abort('mine'))).rejects.toBe('mine');
  expect(clock.pending).toBe(0);
});

test('a wait leaves no listener, however it ends', async () => {
  const clock = new VirtualClock();
  const listeners: string[] = [];
  const { signal, abort } = countingSignal(listeners);

  await clock.run(wait(10, clock, signal));
  expect(listeners).toEqual(['add abort', 'remove abort']);
  const waiting = wait(10, clock, signal);
  abort();

  await expect(waiting).rejects.toBe('mine');
  expect(clock.pending).toBe(0);
});

function countingSignal(log: string[]) {
  const controller = new AbortController();
  const { signal } = controller;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...parameters: unknown[]) => {
    log.push(`add ${parameters[0]}`);
    addEventListener.apply(signal, parameters as never);
  };
  signal.removeEventListener = (...parameters: unknown[]) => {
    log.push(`remove ${parameters[0]}`);
    removeEventListener.apply(signal, parameters as never);
  };
  return { signal, abort: () => controller.abort('mine') };
}

test.each([1, 2])('an abort while attempt %i is being sent is answered, whatever the client does', async (number) => {
  const controller = new AbortController();
  const { clock, client, operation, start } = stage([{ status: 503 }], { signal: controller.signal });
  const send = client.send.bind(client);
  const ignoring = Object.assign(client, { mayIgnoreAbort: true });
  ignoring.send = (limited) => {
    if (operation.nextAttempt < number) return send(limited);
    controller.abort('mine');
    return new Promise(() => {});
  };

  expect(await clock.run(start().catch((thrown: unknown) => thrown))).toBe('mine');
});

/** A signal of the abort-controller package, which React Native has too. It has no reason. */
class OldSignal extends EventTarget {
  aborted = false;

  abort(): void {
    this.aborted = true;
    this.dispatchEvent(new Event('abort'));
  }
}

test.each<[string, Act[], boolean]>([
  ['before the first attempt', [], true],
  ['in flight', [{ hangs: true }], false],
  ['during the backoff', [{ status: 503 }], false],
])('a signal without a reason that is aborted %s rejects with an AbortError', async (_, acts, isAborted) => {
  const signal = new OldSignal();
  signal.aborted = isAborted;
  const { client, start } = stage(acts, { signal: signal as unknown as AbortSignal });
  Object.assign(client, { mayIgnoreAbort: true });
  const running = start().catch((thrown: unknown) => thrown);
  await turn();

  signal.abort();

  const error = await running;
  expect(error).toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
  expect(reportOf(error)?.decision.reason).toBe('aborted');
});

test("a signal without a reason rejects with the client's own abort error", async () => {
  const signal = new OldSignal();
  const { client, start } = stage([], { signal: signal as unknown as AbortSignal });
  const own = new Error('The user aborted a request.');
  client.send = () =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(own));
    });
  const running = start().catch((thrown: unknown) => thrown);
  await turn();

  signal.abort();

  expect(await running).toBe(own);
});

test('a wait rejects for a signal without a reason, too', async () => {
  const signal = new OldSignal();
  const waiting = wait(1000, new VirtualClock(), signal as unknown as AbortSignal).catch((thrown: unknown) => thrown);

  signal.abort();

  expect(await waiting).toMatchObject({ name: 'AbortError' });
});

test.each([1, 2])('sends nothing if an event listener aborts at the start of attempt %i', async (number) => {
  const controller = new AbortController();
  const { clock, client, operation, start } = stage([{ status: 425 }], {
    method: 'POST',
    signal: controller.signal,
    options: {
      onEvent: (event) => {
        if (event.type === 'attempt-start' && event.number === number) controller.abort('mine');
      },
    },
  });

  expect(await clock.run(start().catch((thrown: unknown) => thrown))).toBe('mine');
  expect(client.sentAtMs).toHaveLength(number - 1);
  expect(operation.report()).toMatchObject({
    attempts: [...Array(number - 1).fill({ delivery: 'refused' }), { delivery: 'never-sent' }],
    decision: { reason: 'aborted' },
    effect: 'not-applied',
  });
});
