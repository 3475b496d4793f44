import { VirtualClock } from '@twicesafe/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestTraits } from '../../src/decision/traits.ts';
import type { AttemptRecord } from '../../src/effect/attempt.ts';
import { Operation } from '../../src/operation/operation.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    status: fc.constantFrom(200, 201, 400, 404, 408, 409, 412, 413, 421, 425, 429, 500, 502, 503),
    headers: fc.constantFrom(
      {},
      { 'retry-after': '1' },
      { 'retry-after': '30' },
      { 'retry-after': '2592000' },
      { 'x-should-retry': 'true' },
    ),
    afterMs: fc.nat(5000),
  }),
  fc.record({
    fails: fc.constantFrom('never-sent' as const, 'refused' as const, 'unknown' as const),
    kind: fc.constantFrom('network' as const, 'truncated-body' as const, 'certificate' as const),
    afterMs: fc.nat(5000),
  }),
  fc.constant({ hangs: true } as const),
);

const traits: fc.Arbitrary<RequestTraits> = fc
  .record({
    method: fc.constantFrom('GET', 'PUT', 'DELETE', 'POST', 'PATCH', 'post', 'LOCK', 'QUERY', 'PURGE'),
    headers: fc.constantFrom({}, {}, { 'if-match': '"a"' }, { 'idempotency-key': 'k' }, { 'if-match': 'W/"a"' }),
  })
  .map(({ method, headers }) => request(method, headers as Record<string, string>));

const options: fc.Arbitrary<RetryOptions> = fc.record(
  {
    maxAttempts: fc.integer({ min: 1, max: 6 }),
    attemptTimeoutMs: fc.integer({ min: 1, max: 4000 }),
    deadlineMs: fc.integer({ min: 1, max: 60_000 }),
    maxPushbackMs: fc.integer({ min: 0, max: 60_000 }),
  },
  { requiredKeys: ['maxAttempts', 'attemptTimeoutMs'] },
);

const history = fc.record({
  traits,
  options,
  acts: fc.array(acts, { minLength: 1, maxLength: 8 }),
  random: fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }),
  abortAtMs: fc.option(fc.nat(20_000), { nil: undefined }),
});
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

interface Told {
  readonly clock: VirtualClock;
  readonly client: ScriptedClient;
  readonly operation: Operation;
  readonly attempts: readonly AttemptRecord[];
  readonly settled: { readonly response: unknown } | { readonly error: unknown };
  readonly settledAtMs: number;
}

const REASON = { reason: 'mine' };

async function tell({ traits, options, acts, random, abortAtMs }: History): Promise<Told> {
  const clock = new VirtualClock(() => random);
  const controller = new AbortController();
  const operation = new Operation(policyWith(options, clock), traits);
  const client = new ScriptedClient(clock, acts, controller.signal);
  const cancel = abortAtMs === undefined ? () => {} : clock.after(abortAtMs, () => controller.abort(REASON));
  let settledAtMs = 0;
  const settled = await clock.run(
    runOperation(operation, client)
      .then(
        (response) => ({ response }),
        (error: unknown) => ({ error }),
      )
      .finally(() => {
        settledAtMs = clock.now();
        cancel();
      }),
  );
  return { clock, client, operation, attempts: operation.report().attempts, settled, settledAtMs };
}

/** Checks a law over generated histories. */
async function holds(law: (told: Told, given: History) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(history, async (given) => law(await tell(given), given)),
    { numRuns: 300 },
  );
}

test('law 1: a request that is not repeatable is never sent again after an attempt that was unknown or answered', () =>
  holds(({ operation, attempts }) => {
    if (operation.repeatable) return;

    const doubtful = attempts.slice(0, -1).filter(({ delivery }) => delivery === 'unknown' || delivery === 'answered');

    expect(doubtful).toEqual([]);
  }));

test('law 3: attempts never exceed maxAttempts, and nothing is sent after the deadline or an abort', () =>
  holds(({ client, attempts }, { options, abortAtMs = Number.POSITIVE_INFINITY }) => {
    expect(client.sentAtMs.length).toBeLessThanOrEqual(options.maxAttempts ?? 3);
    expect(client.sentAtMs).toHaveLength(attempts.length);
    for (const sentAtMs of client.sentAtMs) {
      expect(sentAtMs).toBeLessThan(options.deadlineMs ?? Number.POSITIVE_INFINITY);
      expect(sentAtMs).toBeLessThanOrEqual(abortAtMs);
    }
  }));

test('law 3: no wait is shorter than what the server asked for', () =>
  holds(({ client, attempts }, { acts }) => {
    for (const [index, { outcome, startMs, durationMs }] of attempts.entries()) {
      const next = client.sentAtMs[index + 1];
      const act = acts[index];
      if (next === undefined || outcome.type === 'failure' || !act || !('headers' in act)) continue;
      const seconds = Number(act.headers?.['retry-after'] ?? 0);
      expect(next - (startMs + durationMs)).toBeGreaterThanOrEqual(seconds * 1000);
    }
  }));

test('law 4: a caller who aborts is answered at once, with the reason given', () =>
  holds(({ settled, settledAtMs, attempts }, { abortAtMs }) => {
    if (abortAtMs === undefined || settledAtMs < abortAtMs) return;

    expect(settledAtMs).toBe(abortAtMs);
    // In the same millisecond the answer may come first.
    if (attempts.at(-1)?.decision.action === 'retry') expect(settled).toEqual({ error: REASON });
  }));

test('law 5: when the promise settles, no timer is left', () =>
  holds(({ clock }) => {
    expect(clock.pending).toBe(0);
  }));

test('every attempt has a decision, only the last one may stop, and the report ends with it', () =>
  holds(({ operation, attempts, settled }) => {
    const { decision } = operation.report();

    expect(attempts.slice(0, -1).every((attempt) => attempt.decision.action === 'retry')).toBe(true);
    expect(decision.action).toBe('stop');
    if ('error' in settled && settled.error === REASON) expect(decision.reason).toBe('aborted');
  }));
