import { AsyncLocalStorage } from 'node:async_hooks';
import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import type { Confirm } from '../../src/effect/confirmation.ts';
import { Operation } from '../../src/operation/operation.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

const LOST: Act = { fails: 'unknown' };

interface Doubt {
  readonly method?: string;
  readonly acts?: readonly Act[];
  readonly deadlineMs?: number | undefined;
  readonly abortAtMs?: number;
}

async function tell(confirm: Confirm, doubt: Doubt = {}) {
  const {
    method = 'POST',
    acts = [LOST],
    deadlineMs = 'deadlineMs' in doubt ? undefined : 5000,
    abortAtMs = 0,
  } = doubt;
  const clock = new VirtualClock();
  const controller = new AbortController();
  if (abortAtMs > 0) clock.after(abortAtMs, () => controller.abort('mine'));
  const operation = new Operation(
    policyWith({ confirm, ...(deadlineMs !== undefined && { deadlineMs }) }, clock),
    request(method),
  );
  const client = new ScriptedClient(clock, acts, controller.signal);
  const settled = await clock.run(runOperation(operation, client).catch((error: unknown) => ({ error })));
  const { effect, effectReason, elapsedMs } = operation.report();
  return {
    settled,
    effect,
    effectReason,
    elapsedMs,
    sent: client.sentAtMs.length,
    pending: clock.pending,
    nowMs: clock.now(),
  };
}

test.each(['applied', 'not-applied'] as const)(
  'a confirm that answers settles the effect: %s',
  async (confirmation) => {
    const seen: unknown[] = [];
    const told = await tell(async ({ report, signal }) => {
      seen.push(report.effect, report.method, signal.aborted);
      return confirmation;
    });

    expect(told).toMatchObject({ effect: confirmation, effectReason: 'confirmed', sent: 1, pending: 0 });
    expect(seen).toEqual(['maybe-applied', 'POST', false]);
  },
);

test.each<[string, Confirm]>([
  ['does not know', () => 'unknown'],
  ['throws', () => Promise.reject(new Error('no network'))],
  [
    'throws at once',
    () => {
      throw new Error('no network');
    },
  ],
  ['says nothing', (() => undefined) as unknown as Confirm],
  ['says what is not in question', (() => 'yes') as unknown as Confirm],
])('a confirm that %s leaves the doubt', async (_, confirm) => {
  expect(await tell(confirm)).toMatchObject({ effect: 'maybe-applied', effectReason: 'outcome-unknown', pending: 0 });
});

test('looking ends with the deadline, and its signal says so', async () => {
  let seen: AbortSignal | undefined;
  const told = await tell(({ signal }) => {
    seen = signal;
    return new Promise(() => {});
  });

  expect(told).toMatchObject({ effect: 'maybe-applied', pending: 0, nowMs: 5000 });
  expect(seen?.aborted).toBe(true);
});

test('without a deadline looking ends with the retry window', async () => {
  const told = await tell(() => new Promise(() => {}), { deadlineMs: undefined });

  expect(told).toMatchObject({ effect: 'maybe-applied', pending: 0, nowMs: 120_000 });
});

test('aborts the signal when confirm ends, so its leftovers stop', async () => {
  let seen: AbortSignal | undefined;
  await tell(({ signal }) => {
    seen = signal;
    return 'applied';
  });

  expect(seen?.aborted).toBe(true);
});

test.each<[string, Doubt]>([
  ['after an abort', { acts: [{ hangs: true }], abortAtMs: 100 }],
  ['after the deadline', { acts: [{ hangs: true }], deadlineMs: 100 }],
])("confirm isn't called %s", async (_, doubt) => {
  let asked = 0;
  await tell(() => {
    asked++;
    return 'applied';
  }, doubt);

  expect(asked).toBe(0);
});

test('time that looking takes is part of the operation', async () => {
  const clock = new VirtualClock();
  const confirm: Confirm = () => new Promise((resolve) => clock.after(300, () => resolve('applied')));
  const operation = new Operation(policyWith({ confirm }, clock), request('POST'));
  await clock.run(runOperation(operation, new ScriptedClient(clock, [LOST])).catch(() => {}));

  expect(operation.report()).toMatchObject({ effect: 'applied', elapsedMs: 300 });
});

test('the caller of one request says how to look', async () => {
  const clock = new VirtualClock();
  const operation = new Operation(policyWith({}, clock), request('POST'), { confirm: () => 'not-applied' });
  await clock.run(runOperation(operation, new ScriptedClient(clock, [LOST])).catch(() => {}));

  expect(operation.report()).toMatchObject({ effect: 'not-applied', effectReason: 'confirmed' });
});

test.each([
  ['all that it does', (signal: AbortSignal | undefined) => signal && undefined],
  ['its signal', (signal: AbortSignal | undefined) => signal],
])('a POST by confirm through the same client is not confirmed itself: known by %s', async (_, signalOf) => {
  const clock = new VirtualClock();
  let looks = 0;
  const confirm: Confirm = async ({ signal }) => {
    looks++;
    const operation = new Operation(policy, request('POST', {}, 'http://origin.test/search'));
    const client = new ScriptedClient(clock, [LOST], signalOf(signal));
    await runOperation(operation, client).catch(() => {});
    return 'unknown' as const;
  };
  const policy = policyWith({ confirm }, clock);
  const operation = new Operation(policy, request('POST'));

  await clock.run(runOperation(operation, new ScriptedClient(clock, [LOST])).catch(() => {}));

  expect(looks).toBe(1);
  expect(operation.report().effect).toBe('maybe-applied');
});

test('a POST by confirm is known by its signal alone, where the async context is lost', async () => {
  const clock = new VirtualClock();
  const outside = AsyncLocalStorage.snapshot();
  let looks = 0;
  const confirm: Confirm = async ({ signal }) => {
    looks++;
    const operation = new Operation(policy, request('POST'));
    await outside(() => runOperation(operation, new ScriptedClient(clock, [LOST], signal)).catch(() => {}));
    return 'unknown' as const;
  };
  const policy = policyWith({ confirm }, clock);

  await clock.run(
    runOperation(new Operation(policy, request('POST')), new ScriptedClient(clock, [LOST])).catch(() => {}),
  );

  expect(looks).toBe(1);
});

test('an operation after a look is confirmed again', async () => {
  const clock = new VirtualClock();
  let looks = 0;
  const policy = policyWith({ confirm: () => (looks++ > 0 ? 'applied' : 'unknown') }, clock);
  const run = async () => {
    const operation = new Operation(policy, request('POST'));
    await clock.run(runOperation(operation, new ScriptedClient(clock, [LOST])).catch(() => {}));
    return operation.report().effect;
  };

  expect([await run(), await run(), looks]).toEqual(['maybe-applied', 'applied', 2]);
});

test("looking ends with the caller's abort, and the caller gets the reason", async () => {
  const told = await tell(() => new Promise(() => {}), { abortAtMs: 100 });

  expect(told).toMatchObject({ settled: { error: 'mine' }, effect: 'maybe-applied', pending: 0 });
});

test.each<[string, string, Act[]]>([
  ['a success', 'POST', [{ status: 200 }]],
  ['a safe method', 'GET', [{ fails: 'unknown' }, { fails: 'unknown' }, { fails: 'unknown' }]],
  ['a certain refusal', 'POST', [{ status: 422 }]],
])('%s leaves nothing to look for', async (_, method, acts) => {
  let asked = 0;
  await tell(
    () => {
      asked++;
      return 'applied';
    },
    { method, acts },
  );

  expect(asked).toBe(0);
});
