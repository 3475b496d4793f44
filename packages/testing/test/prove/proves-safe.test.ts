import { expect, test } from 'vitest';
import { type FaultName, type Proof, provesSafe } from '../../src/index.ts';
import { post, postAgain, postWithKey } from '../support/post.ts';

const slowMs = 800;
const time = 'virtual';

/** Verdicts by fault; attempts 1 and 2 joined where they differ. */
function verdicts({ rows }: Proof): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const { fault, verdict } of rows) {
    const before = all[fault];
    all[fault] = before === undefined || before === verdict ? verdict : `${before} / ${verdict}`;
  }
  return all;
}

test('a client without retries never doubles, and misleads its caller', async () => {
  const proof = await provesSafe(post, { slowMs, time, on: [1] });

  expect(verdicts(proof)).toEqual({
    none: 'ok',
    refused: 'lost',
    resetBefore: 'lost',
    closeBefore: 'lost',
    resetAfter: 'misled',
    closeAfter: 'misled',
    truncated: 'misled',
    lost502: 'misled',
    failed500: 'lost',
    slow: 'misled',
    hang: 'misled',
    hangBefore: 'lost',
    busy503: 'lost',
    limited429: 'lost',
    duplicated: 'needs key',
    seeOther303: 'ok',
    redirect307: 'ok',
    redirect302: 'LIED',
  });
  expect(proof.safe).toBe(false);
  expect(proof.bad).toMatchObject([{ fault: 'redirect302', attempt: 1, arrivals: 2, effects: 0, claim: 'done' }]);
});

test('a client that resends a POST doubles it on both attempts', async () => {
  const proof = await provesSafe(postAgain, { slowMs, time });

  expect(verdicts(proof)).toEqual({
    none: 'ok',
    refused: 'ok',
    resetBefore: 'ok',
    closeBefore: 'ok',
    resetAfter: 'DOUBLED',
    closeAfter: 'DOUBLED',
    truncated: 'DOUBLED',
    lost502: 'DOUBLED',
    failed500: 'ok',
    slow: 'DOUBLED',
    hang: 'DOUBLED',
    hangBefore: 'ok',
    busy503: 'too early',
    limited429: 'too early',
    duplicated: 'needs key',
    seeOther303: 'ok',
    redirect307: 'ok',
    redirect302: 'LIED',
  });
  expect(proof.rows).toHaveLength(35);
});

test('with a key nothing doubles, even when a proxy sends it twice', async () => {
  const proof = await provesSafe(postWithKey, {
    slowMs,
    time,
    on: [1],
    strict: true,
    duplicates: true,
    faults: ['resetAfter', 'truncated', 'lost502', 'hang', 'duplicated', 'redirect302'],
  });

  expect(verdicts(proof)).toMatchObject({ resetAfter: 'ok', lost502: 'ok', duplicated: 'ok', redirect302: 'ok' });
  expect(proof.safe).toBe(true);
});

test('a second attempt that never comes is not reached', async () => {
  const proof = await provesSafe(post, { faults: ['refused', 'resetAfter'], on: [2], time });

  expect(verdicts(proof)).toEqual({ none: 'ok', refused: 'not reached', resetAfter: 'not reached' });
  expect(proof.safe).toBe(true);
});

test.each<[FaultName, object, boolean]>([
  ['resetAfter', {}, true],
  ['resetAfter', { strict: true }, false],
  ['duplicated', {}, true],
  ['duplicated', { duplicates: true }, false],
])('%s with %j: safe is %s', async (fault, options, safe) => {
  const proof = await provesSafe(post, { faults: [fault], on: [1], time, ...options });

  expect(proof.safe).toBe(safe);
});

test('prints a table and names every run that was not safe', async () => {
  const proof = await provesSafe(postAgain, { faults: ['failed500', 'resetAfter'], on: [1], time });

  expect(String(proof)).toBe(
    [
      'fault       attempt  arrivals  effects  claim  verdict',
      'none        1        1         1        done   ok',
      'failed500   1        2         1        done   ok',
      'resetAfter  1        2         2        done   DOUBLED',
      '',
      '1 of 3 runs were not safe:',
      '  resetAfter, attempt 1: DOUBLED (arrivals 2, effects 2, said done)',
    ].join('\n'),
  );
});

test('the row keeps the error that the function was rejected with', async () => {
  const proof = await provesSafe(post, { faults: ['resetBefore'], on: [1], time });

  expect(proof.rows[1]?.error).toMatchObject({ cause: { code: 'ECONNRESET' } });
});

test('a run that never settles is HUNG', async () => {
  const proof = await provesSafe(
    async (url) => {
      const { ok } = await post(url);
      return ok || new Promise(() => {});
    },
    { faults: ['failed500'], on: [1], limitMs: 100 },
  );

  expect(proof.rows[1]).toMatchObject({ verdict: 'HUNG', claim: 'none', effects: 0 });
  expect(proof.safe).toBe(false);
});
