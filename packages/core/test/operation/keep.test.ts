import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import type { ScriptedClient, ScriptedResponse } from '../support/scripted-client.ts';
import { type Staging, stage } from '../support/stage.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Has the client free what a response holds; records when. `handsOver` is whether the response can still be returned.
 */
function keeping(client: ScriptedClient, handsOver: boolean) {
  const log: string[] = [];
  const { send } = client;
  Object.assign(client, {
    send: (limited: boolean) => {
      log.push('send');
      return send.call(client, limited);
    },
    keep: ({ status }: ScriptedResponse) => {
      log.push(`keep ${status}`);
      return () => {
        log.push(`release ${status}`);
        return handsOver;
      };
    },
  });
  return log;
}

describe('a response that a retry follows', () => {
  test('is kept while the retry waits, and freed before it is sent', async () => {
    const { clock, client, start } = stage([{ status: 503 }, { status: 502 }, { status: 200 }]);
    const log = keeping(client, true);

    expect((await clock.run(start())).status).toBe(200);

    expect(log).toEqual(['send', 'keep 503', 'release 503', 'send', 'keep 502', 'release 502', 'send']);
    expect(client.discarded.map(({ status }) => status)).toEqual([503, 502]);
  });

  test('is returned if the retry fails and it can still be handed over', async () => {
    const { clock, client, start } = stage([{ status: 503 }, { fails: 'unknown' }], { options: { maxAttempts: 2 } });
    keeping(client, true);

    expect((await clock.run(start())).status).toBe(503);
  });

  test('is gone if it cannot, and the error of the retry is thrown', async () => {
    const { clock, client, start } = stage([{ status: 503 }, { fails: 'never-sent' }], { options: { maxAttempts: 2 } });
    keeping(client, false);

    await expect(clock.run(start())).rejects.toThrow('attempt 2 failed');
    // The client has discarded it itself.
    expect(client.discarded).toEqual([]);
  });

  test('is freed before a second retry only once', async () => {
    const { clock, client, start } = stage([{ status: 503 }, { fails: 'unknown' }, { status: 200 }]);
    const log = keeping(client, false);

    await clock.run(start());

    expect(log).toEqual(['send', 'keep 503', 'release 503', 'send', 'send']);
  });

  test('is freed when the caller gives up in the wait', async () => {
    const controller = new AbortController();
    const { clock, client, start } = stage([{ status: 503 }], { signal: controller.signal });
    const log = keeping(client, true);
    const running = start().catch((error: unknown) => error);
    clock.advance(0);
    await turn();
    controller.abort('mine');

    expect(await running).toBe('mine');
    expect(log).toEqual(['send', 'keep 503', 'release 503']);
    expect(client.discarded).toHaveLength(1);
  });

  test.each([true, false])('is not returned after the deadline, handed over or not: %s', async (handsOver) => {
    class LateClock extends VirtualClock {
      override after(ms: number, callback: () => void): () => void {
        return super.after(ms === 100 ? 900 : ms, callback);
      }
    }
    const { clock, client, start } = stage([{ status: 503 }], {
      clock: new LateClock(),
      options: { deadlineMs: 500 },
    });
    keeping(client, handsOver);

    await expect(clock.run(start())).rejects.toMatchObject({ code: 'TWICESAFE_DEADLINE', limitMs: 500 });
    expect(client.discarded).toHaveLength(handsOver ? 1 : 0);
  });
});

describe('a body whose bytes are still on their way', () => {
  /** An operation whose client waits for its body. */
  function waiting(ready: Promise<boolean> | undefined, staging: Staging = {}) {
    const staged = stage([{ status: 503 }, { status: 200 }], { method: 'PUT', ...staging });
    const log = keeping(staged.client, false);
    Object.assign(staged.client, { ready: () => ready });
    return { ...staged, log };
  }

  test.each([
    ['is there', undefined],
    ['comes', Promise.resolve(true)],
  ])('that %s is sent', async (_, ready) => {
    const { clock, client, start } = waiting(ready);

    expect((await clock.run(start())).status).toBe(200);
    expect(client.sentAtMs).toEqual([0, 100]);
    expect(clock.pending).toBe(0);
  });

  test('that will not come is not sent, and the response is returned whole', async () => {
    const { clock, client, operation, log, start } = waiting(Promise.resolve(false));

    expect((await clock.run(start())).status).toBe(503);

    expect(client.sentAtMs).toEqual([0]);
    expect(log).toEqual(['send', 'keep 503']);
    expect(client.discarded).toEqual([]);
    expect(operation.decision).toEqual({ action: 'stop', reason: 'body-not-replayable' });
    expect(clock.pending).toBe(0);
  });

  test.each<[number, Staging]>([
    [120_100, {}],
    [900, { options: { deadlineMs: 900 } }],
  ])('that does not come is waited for until %i ms', async (ms, staging) => {
    const { clock, client, operation, start } = waiting(new Promise(() => {}), staging);

    expect((await clock.run(start())).status).toBe(503);

    expect(clock.now()).toBe(ms);
    expect(client.sentAtMs).toEqual([0]);
    expect(operation.decision.reason).toBe('body-not-replayable');
    expect(clock.pending).toBe(0);
  });

  test('is not waited for when the caller gives up', async () => {
    const controller = new AbortController();
    const { clock, operation, start } = waiting(new Promise(() => {}), { signal: controller.signal });
    const running = start().catch((error: unknown) => error);
    clock.advance(0);
    await turn();
    clock.advance(100);
    await turn();

    controller.abort('mine');

    expect(await running).toBe('mine');
    expect(operation.decision.reason).toBe('aborted');
    expect(clock.pending).toBe(0);
  });

  test('is not waited for when the caller gave up as it was asked', async () => {
    const controller = new AbortController();
    const { clock, client, start } = waiting(undefined, { signal: controller.signal });
    Object.assign(client, {
      ready() {
        controller.abort('mine');
        return new Promise(() => {});
      },
    });

    expect(await clock.run(start().catch((error: unknown) => error))).toBe('mine');
    expect([clock.now(), clock.pending]).toEqual([100, 0]);
  });

  test('that comes too late for the deadline is not sent', async () => {
    const clock = new VirtualClock();
    const ready = new Promise<boolean>((resolve) => clock.after(899.5, () => resolve(true)));
    const { client, operation, start } = waiting(ready, { clock, options: { deadlineMs: 900 } });
    const now = clock.now.bind(clock);
    clock.now = () => (now() > 899 ? now() + 1 : now());

    await expect(clock.run(start())).rejects.toMatchObject({ code: 'TWICESAFE_DEADLINE' });

    expect(client.sentAtMs).toEqual([0]);
    expect(operation.decision.reason).toBe('deadline-over');
  });
});
