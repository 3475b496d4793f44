import { expect, test } from 'vitest';
import { customKeyScheme } from '../../src/keys/scheme.ts';
import { attemptHeaders } from '../../src/operation/attempt-headers.ts';
import type { RequestRetryOptions } from '../../src/options/request-options.ts';
import { play, stage } from '../support/stage.ts';

const scheme = customKeyScheme({ header: 'Idempotency-Key' });

test('options of one request override the policy', async () => {
  const { sent } = await play([{ status: 503 }, { status: 503 }], { request: { maxAttempts: 1 } });

  expect(sent).toBe(1);
});

test('an option that is not allowed is refused before anything is sent', () => {
  expect(() => stage([], { request: { maxAttempts: 0 } })).toThrow(
    'maxAttempts must be a whole number from 1 to 1000, not 0',
  );
  expect(() => stage([], { request: { retries: 3 } as RequestRetryOptions })).toThrow('retry has no member "retries"');
});

test('a key is made once, and is the same on every attempt', () => {
  const { operation } = stage([], { method: 'POST', request: { idempotencyKey: 'order-7' } });

  expect(operation.keyHeaders).toEqual([['Idempotency-Key', 'order-7']]);
  expect(operation.keyHeaders).toBe(operation.keyHeaders);
  expect(operation.repeatable).toBe(true);
  expect(operation.report().idempotencyKey).toBe('order-7');
});

test("a rule's scheme makes a key that every attempt carries", async () => {
  const sentKeys: unknown[] = [];
  const { clock, client, operation, start } = stage([{ status: 500 }, { status: 200 }], {
    method: 'POST',
    options: { rules: [{ method: 'POST', idempotencyKey: scheme }] },
  });
  const { send } = client;
  client.send = (limited) => {
    sentKeys.push(attemptHeaders(operation));
    return send.call(client, limited);
  };

  await clock.run(start());

  expect(sentKeys).toEqual([
    [['Idempotency-Key', expect.stringMatching(/^0{8}-/)]],
    [['Idempotency-Key', operation.report().idempotencyKey]],
  ]);
});

test('two operations never share a generated key', () => {
  const first = stage([], { method: 'POST', options: { idempotencyKey: scheme } });
  const second = stage([], { method: 'POST', options: { idempotencyKey: scheme }, clock: first.clock });

  expect(first.operation.keyHeaders).not.toEqual(second.operation.keyHeaders);
});

test('a client that says nothing of its key keeps the permission', async () => {
  const { clock, client, operation, start } = stage([{ status: 503 }, { status: 200 }], {
    method: 'POST',
    options: { idempotencyKey: scheme },
  });
  Object.assign(client, { keyRemoved: undefined });

  await clock.run(start());

  expect(client.sentAtMs).toHaveLength(2);
  expect(operation.report().attempts[0]?.decision.reason).toBe('idempotency-key');
});

test('a key that a redirect removed is no permission, then or later', async () => {
  const staging = { method: 'POST', options: { idempotencyKey: scheme, maxAttempts: 5 } };

  const { sent, report } = await play([{ status: 503, keyRemoved: true }, { status: 200 }], staging);
  const later = await play([{ status: 503 }, { fails: 'never-sent', keyRemoved: true }, { status: 200 }], staging);

  expect([sent, report.decision.reason]).toEqual([1, 'not-repeatable']);
  expect([later.sent, later.report.decision.reason]).toEqual([2, 'not-repeatable']);
});

test('attempt headers are the key, the attempt number and the time left', async () => {
  const seen: unknown[] = [];
  const { clock, client, operation, start } = stage([{ status: 503, afterMs: 10.5 }, { status: 200 }], {
    method: 'POST',
    options: {
      idempotencyKey: scheme,
      attemptHeader: 'X-Attempt',
      timeLeftHeader: 'X-Time-Left-Ms',
      deadlineMs: 900,
    },
  });
  const { send } = client;
  client.send = (limited) => {
    seen.push(attemptHeaders(operation));
    return send.call(client, limited);
  };

  await clock.run(start());

  const key = ['Idempotency-Key', operation.report().idempotencyKey];
  expect(seen).toEqual([
    [key, ['X-Attempt', '1'], ['X-Time-Left-Ms', '900']],
    [key, ['X-Attempt', '2'], ['X-Time-Left-Ms', '789']],
  ]);
});

test("sends the attempt's time limit if it is nearer, and nothing without a limit", () => {
  const options = { timeLeftHeader: 'X-Time-Left-Ms' };

  expect(attemptHeaders(stage([], { options: { ...options, attemptTimeoutMs: 50.9 } }).operation)).toEqual([
    ['X-Time-Left-Ms', '50'],
  ]);
  expect(attemptHeaders(stage([], { options }).operation)).toEqual([]);
  expect(attemptHeaders(stage([], { options: { attemptHeader: 'X-Attempt', deadlineMs: 900 } }).operation)).toEqual([
    ['X-Attempt', '1'],
  ]);
});

test("a rule's transient statuses make a success transient", async () => {
  const { sent, report } = await play([{ status: 200 }, { status: 201 }], {
    options: { rules: [{ transientStatuses: [200] }] },
  });

  expect(sent).toBe(2);
  expect(report.decision.reason).toBe('succeeded');
});

test('a rule can make an outcome final', async () => {
  const rules = [{ notTransient: [503, 'network' as const] }];

  const status = await play([{ status: 503 }], { options: { rules } });
  const failure = await play([{ fails: 'never-sent' }], { options: { rules } });
  const other = await play([{ fails: 'never-sent', kind: 'attempt-timeout' }], { options: { rules } });

  expect([status.sent, status.report.decision.reason]).toEqual([1, 'declared-final']);
  expect([failure.sent, failure.report.decision.reason]).toEqual([1, 'declared-final']);
  expect(other.sent).toBe(2);
});
