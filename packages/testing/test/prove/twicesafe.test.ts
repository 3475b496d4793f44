import { keys, wrapFetch } from '@twicesafe/fetch';
import { expect, test } from 'vitest';
import { type Proof, provesSafe } from '../../src/index.ts';
import { post } from '../support/post.ts';

const slowMs = 800;
/** After these, another request is answered than the one that was sent, and twicesafe says that it is in doubt. */
const unclear = ['redirect302', 'seeOther303'];

function verdictsBut(faults: readonly string[], { rows }: Proof): readonly string[] {
  return [...new Set(rows.filter((row) => !faults.includes(row.fault)).map(({ verdict }) => verdict))].sort();
}

test('wrapFetch without a key resends only what was never sent, and admits doubt', async () => {
  const client = wrapFetch(fetch, { attemptTimeoutMs: 250, budget: 'none' });
  const run = (url: string): Promise<Response> => client(url, { method: 'POST', body: 'order' });

  const proof = await provesSafe(run, { time: 'virtual', slowMs });

  expect(verdictsBut(unclear, proof)).toEqual(['in doubt', 'needs key', 'ok']);
});

test('wrapFetch with a key is ok under every fault', async () => {
  const idempotencyKey = keys.custom({ header: 'Idempotency-Key' });
  const client = wrapFetch(fetch, {
    idempotencyKey,
    attemptTimeoutMs: 250,
    budget: 'none',
    bufferResponseBytes: 65_536,
  });
  const run = (url: string): Promise<Response> => client(url, { method: 'POST', body: 'order' });

  const proof = await provesSafe(run, { time: 'virtual', slowMs, duplicates: true });

  expect(verdictsBut(unclear, proof)).toEqual(['ok']);
});

test('bare fetch does not admit any doubt', async () => {
  const proof = await provesSafe(post, { time: 'virtual', slowMs, faults: ['resetAfter'], on: [1] });

  expect(proof.rows[1]?.verdict).toBe('misled');
});
