import { expect, test } from 'vitest';
import { demonstrate } from './demonstration.ts';
import { createPayments, openDatabase } from './payments.ts';

test('each order is paid once, although the server is killed in the middle', { timeout: 60_000 }, async () => {
  const { statuses, payments } = await demonstrate({ orders: 20, kills: 2 });

  expect(statuses).toEqual(Array.from({ length: 20 }, () => 201));
  expect([...payments.values()]).toEqual(Array.from({ length: 20 }, () => 1));
});

test('a refused body is corrected under the same key and paid once', async () => {
  const database = openDatabase(':memory:');
  const handle = createPayments(database);
  const sendBody = async (body: string, account = 'Bearer account-1'): Promise<number> => {
    const headers = { 'Idempotency-Key': '"order-1"', Authorization: account };
    return (await handle(new Request('http://127.0.0.1/payments', { method: 'POST', headers, body }))).status;
  };
  const send = (cents: number, account?: string): Promise<number> =>
    sendBody(JSON.stringify({ order: 'order-1', cents }), account);

  expect([await sendBody('{'), await sendBody('null')]).toEqual([400, 400]);
  expect([await send(0), await send(1_200), await send(1_200), await send(9)]).toEqual([400, 201, 201, 422]);
  expect(await send(1_200, 'Bearer account-2')).toBe(201);
  expect(database.prepare('select account, cents from payments').all()).toEqual([
    { account: 'Bearer account-1', cents: 1_200 },
    { account: 'Bearer account-2', cents: 1_200 },
  ]);
});
