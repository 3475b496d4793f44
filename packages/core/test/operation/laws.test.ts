import { VirtualClock } from '@twicesafe/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { methodSemantics } from '../../src/decision/methods.ts';
import { carriesPrecondition } from '../../src/decision/precondition.ts';
import type { RequestTraits } from '../../src/decision/traits.ts';
import type { AttemptRecord } from '../../src/effect/attempt.ts';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { attemptHeaders } from '../../src/operation/attempt-headers.ts';
import { Operation } from '../../src/operation/operation.ts';
import { reportOf } from '../../src/operation/reports.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { hostileOptions } from '../support/hostile.ts';
import { type Act, ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

/** Other histories in every run. A failure names its seed, and FAST_CHECK_SEED repeats it. */
const seed = Number(process.env.FAST_CHECK_SEED ?? Math.floor(Math.random() * 2 ** 31));

const rarely = fc.constantFrom(false, false, false, true);

const STATUSES = [200, 201, 400, 404, 408, 409, 412, 413, 421, 425, 429, 500, 502, 503];
const METHODS = ['GET', 'PUT', 'DELETE', 'POST', 'POST', 'PATCH', 'post', 'LOCK', 'QUERY', 'PURGE'];

const actsOf = (statuses: readonly number[]): fc.Arbitrary<Act> =>
  fc.oneof(
    fc
      .record({
        status: fc.constantFrom(...statuses),
        headers: fc.constantFrom(
          {},
          { 'retry-after': '1' },
          { 'retry-after': '30' },
          { 'retry-after': '2592000' },
          { 'x-should-retry': 'true' },
        ),
        hop: fc.constantFrom(
          undefined,
          undefined,
          undefined,
          { url: 'http://elsewhere.test/', sameMethod: true },
          { url: 'http://origin.test/receipt', sameMethod: false },
        ),
        unseenCopies: rarely,
        keyRemoved: rarely,
        afterMs: fc.nat(5000),
      })
      .map(({ hop, ...act }) => (hop ? { ...act, hop } : act)),
    fc.record({
      fails: fc.constantFrom('never-sent' as const, 'refused' as const, 'unknown' as const),
      kind: fc.constantFrom('network' as const, 'network' as const, 'truncated-body' as const, 'certificate' as const),
      keyRemoved: rarely,
      afterMs: fc.nat(5000),
    }),
    fc.constant({ hangs: true } as const),
  );

const traitsOf = (methods: readonly string[]): fc.Arbitrary<RequestTraits> =>
  fc
    .record({
      method: fc.constantFrom(...methods),
      headers: fc.constantFrom({}, {}, {}, { 'if-match': '"a"' }, { 'idempotency-key': 'k' }, { 'if-match': 'W/"a"' }),
    })
    .map(({ method, headers }) => request(method, headers as Record<string, string>));

const options: fc.Arbitrary<RetryOptions> = fc.record(
  {
    maxAttempts: fc.integer({ min: 1, max: 6 }),
    attemptTimeoutMs: fc.integer({ min: 1, max: 6000 }),
    deadlineMs: fc.integer({ min: 1, max: 60_000 }),
    maxPushbackMs: fc.integer({ min: 0, max: 60_000 }),
    refusedStatuses: fc.constantFrom([421, 425], [421, 425, 503], []),
    idempotencyKey: fc.constant(customKeyScheme({ header: 'Idempotency-Key' })),
    attemptHeader: fc.constant('X-Attempt'),
  },
  { requiredKeys: ['maxAttempts', 'attemptTimeoutMs'] },
);

const requestOptions: fc.Arbitrary<RequestRetryOptions> = fc.record(
  {
    idempotent: fc.constantFrom(true, false, false),
    earlier: fc.constant({ firstSentAt: new VirtualClock().epochMs() - 1000, attempts: 1 }),
  },
  { requiredKeys: [] },
);

const historyOf = (methods: readonly string[], statuses: readonly number[]) =>
  fc.record({
    traits: traitsOf(methods),
    options: fc
      .tuple(options, fc.option(hostileOptions, { nil: {} }))
      .map(([plain, hostile]) => ({ ...plain, ...hostile })),
    requestOptions,
    /** What a hook of the client put in place of the request before the first attempt. */
    replaced: fc.option(traitsOf(methods), { nil: undefined, freq: 3 }),
    acts: fc.array(actsOf(statuses), { minLength: 1, maxLength: 8 }),
    random: fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }),
    abortAtMs: fc.option(fc.nat(20_000), { nil: undefined }),
  });

/** Anything that may happen. */
const history = historyOf(METHODS, STATUSES);
/** What tempts to a second copy: unsafe methods, transient statuses. */
const risky = historyOf(['POST', 'POST', 'PATCH', 'GET'], [421, 425, 500, 503]);
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

interface Told {
  readonly clock: VirtualClock;
  readonly client: ScriptedClient;
  readonly operation: Operation;
  readonly attempts: readonly AttemptRecord[];
  /** The headers that each attempt carried. */
  readonly carried: readonly ReturnType<typeof attemptHeaders>[];
  /** Whether the key had been removed when the last attempt was sent. */
  readonly keyLost: boolean;
  readonly settled: { readonly response: unknown } | { readonly error: unknown };
  readonly settledAtMs: number;
}

const REASON = { reason: 'mine' };

async function tell(given: History): Promise<Told> {
  const { traits, options, requestOptions, replaced, acts, random, abortAtMs } = given;
  const clock = new VirtualClock(() => random);
  const controller = new AbortController();
  const operation = new Operation(policyWith(options, clock), traits, requestOptions);
  const client = new ScriptedClient(clock, acts, controller.signal);
  const carried: ReturnType<typeof attemptHeaders>[] = [];
  let keyLost = false;
  const { send } = client;
  client.send = (limited) => {
    carried.push(attemptHeaders(operation));
    keyLost = client.keyRemoved;
    if (replaced) operation.replaceRequest(replaced, undefined);
    return send.call(client, limited);
  };
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
  return { clock, client, operation, carried, keyLost, attempts: operation.report().attempts, settled, settledAtMs };
}

/** Checks a law over generated histories. */
async function holds(law: (told: Told, given: History) => void, histories = history, numRuns = 300): Promise<void> {
  await fc.assert(
    fc.asyncProperty(histories, async (given) => law(await tell(given), given)),
    { numRuns, seed },
  );
}

/**
 * Whether a second copy may do harm, told from what was given alone, without asking the code under test for its
 * judgement.
 */
function mayHarm({ traits, replaced, options, requestOptions }: History, keyLost: boolean): boolean {
  const { idempotent } = requestOptions;
  if (idempotent !== undefined) return !idempotent;
  const [rule] = options.rules ?? [];
  if (rule?.repeat === 'always') return false;
  // A precondition that misbehaves is a different one each time it is asked.
  if (rule?.precondition) return false;
  return [traits, ...(replaced ? [replaced] : [])].some((each) => {
    const keyed =
      !keyLost &&
      (each.headers.get('idempotency-key') !== null ||
        (options.idempotencyKey !== undefined &&
          (traits.headers.get('idempotency-key') !== null || ['POST', 'PATCH'].includes(traits.method))));
    return rule?.repeat === 'never' || !(methodSemantics(each.method).idempotent || keyed || carriesPrecondition(each));
  });
}

/** What an act of the script proves, told from the script alone. */
function isDoubtful(act: Act | undefined, refusedStatuses: readonly number[] = [421, 425]): boolean {
  if (!act || 'hangs' in act) return true;
  if ('fails' in act) return act.fails === 'unknown';
  return act.hop !== undefined || act.unseenCopies === true || !refusedStatuses.includes(act.status);
}

test(`law 1: an unsafe request in doubt is never sent again, whatever callbacks do (seed ${seed})`, () =>
  holds(
    ({ client, keyLost }, given) => {
      const sent = client.sentAtMs.length;
      if (sent < 2 || !mayHarm(given, keyLost)) return;

      const before = given.acts.slice(0, sent - 1);

      expect(before.filter((act) => isDoubtful(act, given.options.refusedStatuses))).toEqual([]);
      expect(given.requestOptions.earlier).toBeUndefined();
    },
    risky,
    1000,
  ));

test(`law 1: nothing is sent that was not decided (seed ${seed})`, () =>
  holds(({ client, attempts }) => {
    expect(client.sentAtMs).toHaveLength(attempts.length);
    expect(attempts.slice(0, -1).filter(({ decision }) => decision.action !== 'retry')).toEqual([]);
  }));

test(`law 2: every attempt has the same key, and only the counter changes (seed ${seed})`, () =>
  holds(({ carried, operation }, { options, traits }) => {
    const own = options.idempotencyKey && traits.headers.get('idempotency-key') === null;
    const keyed = own && ['POST', 'PATCH'].includes(traits.method);
    for (const [index, headers] of carried.entries()) {
      expect(headers.filter(([name]) => name !== 'X-Attempt')).toEqual(operation.keyHeaders);
      expect(headers.filter(([name]) => name === 'Idempotency-Key')).toHaveLength(keyed ? 1 : 0);
      if (options.attemptHeader) expect(headers.at(-1)).toEqual(['X-Attempt', String(index + 1)]);
    }
  }));

test(`law 2: two operations never share a generated key (seed ${seed})`, () =>
  fc.assert(
    fc.property(fc.array(traitsOf(METHODS), { minLength: 2, maxLength: 20 }), (all) => {
      const policy = policyWith({ idempotencyKey: customKeyScheme({ header: 'Idempotency-Key' }) });
      const keys = all.flatMap((each) => new Operation(policy, each).keyHeaders.map(([, value]) => value));

      expect(new Set(keys).size).toBe(keys.length);
    }),
    { seed },
  ));

test(`law 3: attempts stay within maxAttempts, the deadline and the abort (seed ${seed})`, () =>
  holds(({ client }, { options, abortAtMs = Number.POSITIVE_INFINITY }) => {
    expect(client.sentAtMs.length).toBeLessThanOrEqual(options.maxAttempts ?? 3);
    for (const sentAtMs of client.sentAtMs) {
      expect(sentAtMs).toBeLessThan(options.deadlineMs ?? Number.POSITIVE_INFINITY);
      expect(sentAtMs).toBeLessThanOrEqual(abortAtMs);
    }
  }));

test(`law 3: every wait is at least as long as the server asked (seed ${seed})`, () =>
  holds(({ client, attempts }, { acts }) => {
    for (const [index, { outcome, startMs, durationMs }] of attempts.entries()) {
      const next = client.sentAtMs[index + 1];
      const act = acts[index];
      if (next === undefined || outcome.type === 'failure' || !act || !('headers' in act)) continue;
      const seconds = Number(act.headers?.['retry-after'] ?? 0);
      expect(next - (startMs + durationMs)).toBeGreaterThanOrEqual(seconds * 1000);
    }
  }));

test(`law 4: an abort is answered immediately with its reason (seed ${seed})`, () =>
  holds(({ settled, settledAtMs, attempts }, { abortAtMs }) => {
    if (abortAtMs === undefined || settledAtMs < abortAtMs) return;

    expect(settledAtMs).toBe(abortAtMs);
    // In the same millisecond the answer may come first.
    if (attempts.at(-1)?.decision.action === 'retry') expect(settled).toEqual({ error: REASON });
  }));

test(`law 5: settling leaves no timer and no undiscarded response (seed ${seed})`, () =>
  holds(({ clock, client, settled }) => {
    const returned = 'response' in settled ? settled.response : undefined;

    expect(clock.pending).toBe(0);
    expect(client.discarded).toEqual(client.responses.filter((response) => response !== returned));
  }));

test(`law 9: whatever the caller got has the report (seed ${seed})`, () =>
  holds(({ operation, settled }) => {
    expect(reportOf('response' in settled ? settled.response : settled.error)).toEqual(operation.report());
  }));

test(`every attempt has a decision, and only the last one stops (seed ${seed})`, () =>
  holds(({ operation, attempts, settled }) => {
    const { decision, callbackError } = operation.report();

    expect(attempts.slice(0, -1).every((attempt) => attempt.decision.action === 'retry')).toBe(true);
    expect(decision.action).toBe('stop');
    expect(callbackError !== undefined).toBe(attempts.some((attempt) => attempt.decision.reason === 'callback-failed'));
    if ('error' in settled && settled.error === REASON) expect(decision.reason).toBe('aborted');
  }));
