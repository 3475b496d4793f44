import { expect, test } from 'vitest';
import { Ledger, type LedgerRequest } from '../src/chaos/ledger.ts';

const post = (changes: Partial<LedgerRequest> = {}): LedgerRequest => ({
  method: 'POST',
  operation: 1,
  body: '{}',
  key: undefined,
  ...changes,
});

test('counts double processing twice', () => {
  const ledger = new Ledger(true);

  expect(ledger.process(post())).toEqual({ status: 201, body: 'POST 1 done' });
  ledger.process(post());

  expect(ledger.entry(1).applied).toBe(2);
});

test('a key that is honoured brings the same answer and no second effect', () => {
  const ledger = new Ledger(true);

  const [first, second] = [ledger.process(post({ key: 'a' })), ledger.process(post({ key: 'a' }))];

  expect(second).toEqual(first);
  expect(ledger.entry(1).applied).toBe(1);
});

test('the key of another request is refused', () => {
  const ledger = new Ledger(true);
  ledger.process(post({ key: 'a' }));

  expect(ledger.process(post({ key: 'a', body: '{"other":1}' })).status).toBe(422);
  expect(ledger.entry(1).applied).toBe(1);
});

test('an origin that ignores keys processes all', () => {
  const ledger = new Ledger(false);
  ledger.process(post({ key: 'a' }));
  ledger.process(post({ key: 'a' }));

  expect(ledger.entry(1).applied).toBe(2);
});

test('a second removal fails, and a read has no effect', () => {
  const ledger = new Ledger(true);

  const statuses = ['GET', 'DELETE', 'DELETE'].map((method) => ledger.process(post({ method })).status);

  expect(statuses).toEqual([200, 200, 404]);
  expect(ledger.entry(1).applied).toBe(1);
});

test('requests are counted, and those that come before the time over', () => {
  const ledger = new Ledger(true);
  expect([ledger.arrived(1, 10), ledger.arrived(1, 20), ledger.arrived(2, 30)]).toEqual([1, 2, 1]);
  ledger.entry(1).waitUntilMs = 1000;

  ledger.arrived(1, 999);
  ledger.arrived(1, 1000);

  expect(ledger.entry(1)).toMatchObject({ early: 1, requestsAtMs: [10, 20, 999, 1000] });
});
