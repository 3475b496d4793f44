import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { reauthorize } from '../../src/operation/reauthorize.ts';
import type { Act } from '../support/scripted-client.ts';
import { play, type Staging, stage } from '../support/stage.ts';

/** Waits of 100 ms take 900. */
class LateClock extends VirtualClock {
  override after(ms: number, callback: () => void): () => void {
    return super.after(ms === 100 ? 900 : ms, callback);
  }
}

const idempotencyKey = customKeyScheme({ header: 'Idempotency-Key', windowMs: 500 });
const ok: Act = { status: 200 };
const lost: Act = { fails: 'unknown' };

test("a key's window counts from the start of the operation, not of the clock", async () => {
  const clock = new VirtualClock();
  clock.advance(1000);

  expect((await play([lost, ok], { method: 'POST', clock, options: { idempotencyKey } })).sent).toBe(2);
});

describe('after a wait that took longer than the window of the key', () => {
  const late = (acts: readonly Act[], staging: Staging = {}) =>
    play(acts, { method: 'POST', clock: new LateClock(), ...staging, options: { idempotencyKey, ...staging.options } });

  test('a retry that only the key permits is not sent', async () => {
    const { sent, response, report } = await late([{ status: 500 }, ok]);

    expect([sent, response?.status, report.decision.reason]).toEqual([1, 500, 'key-window-over']);
    expect((await late([lost, ok])).error).toMatchObject({ message: 'attempt 1 failed' });
  });

  test.each<[string, Act, Staging]>([
    ['of a refused request', { status: 425 }, {}],
    ['of a request that never left', { fails: 'never-sent' }, {}],
    ['of a repeatable method', lost, { method: 'PUT', request: { idempotencyKey: 'order-7' } }],
  ])('a retry %s is sent', async (_, first, staging) => {
    expect((await late([first, ok], staging)).sent).toBe(2);
  });

  test('a body that comes only then is not sent', async () => {
    const clock = new VirtualClock();
    const { client, operation, start } = stage([{ status: 500 }, ok], {
      method: 'POST',
      clock,
      options: { idempotencyKey },
    });
    Object.assign(client, { ready: () => new Promise((resolve) => clock.after(500, () => resolve(true))) });

    expect((await clock.run(start())).status).toBe(500);
    expect([client.sentAtMs, operation.decision.reason]).toEqual([[0], 'key-window-over']);
  });

  describe('for a new credential', () => {
    /** The wait for the retry after the 401 is the late one. */
    class LateAfter401 extends VirtualClock {
      isLate = false;
      override after(ms: number, callback: () => void): () => void {
        return super.after(this.isLate ? 900 : ms, callback);
      }
    }
    const renewing = (acts: readonly Act[], staging: Staging = {}) => {
      const clock = new LateAfter401();
      let token = 'old';
      const renew = reauthorize({
        origins: ['http://origin.test'],
        credential: () => token,
        refresh() {
          token = 'new';
        },
      });
      const onEvent: NonNullable<Staging['options']>['onEvent'] = (event) => {
        if (event.type === 'attempt-end' && token === 'new') clock.isLate = true;
      };
      return play(acts, {
        method: 'POST',
        clock,
        ...staging,
        options: { idempotencyKey, reauthorize: renew, onEvent },
      });
    };

    test('a request in doubt is not sent', async () => {
      const { sent, response, report } = await renewing([lost, { status: 401 }, ok]);

      expect([sent, response?.status, report.decision.reason]).toEqual([2, 401, 'key-window-over']);
    });

    test.each<[string, Act[], Staging]>([
      ['a request without doubt', [{ status: 401 }, ok], {}],
      ['one of a repeatable method', [lost, { status: 401 }, ok], { method: 'PUT', request: { idempotencyKey: 'a' } }],
    ])('%s is sent', async (_, acts, staging) => {
      expect((await renewing(acts, staging)).sent).toBe(acts.length);
    });
  });
});
