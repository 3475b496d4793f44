import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportOf } from '@twicesafe/fetch';
import { MortalServer } from './mortal-server.ts';
import { pay } from './pay.ts';
import { openDatabase } from './payments.ts';

/** What came of the demonstration. */
export interface Ledger {
  readonly orders: number;
  readonly kills: number;
  /** How many requests twicesafe sent for all orders. */
  readonly attempts: number;
  /** The status of each order's response. */
  readonly statuses: readonly number[];
  /** How many payments the database holds for each order. */
  readonly payments: ReadonlyMap<string, number>;
}

/** Pays orders, 4 at a time, while the server is killed. */
export async function demonstrate({
  orders,
  kills,
}: {
  readonly orders: number;
  readonly kills: number;
}): Promise<Ledger> {
  const directory = mkdtempSync(join(tmpdir(), 'payments-server-'));
  try {
    const path = join(directory, 'payments.db');
    await using server = new MortalServer(path);
    await server.start();

    const responses = await payAll(server, orders, kills);
    const attempts = responses.reduce((sum, response) => sum + (reportOf(response)?.attempts.length ?? 0), 0);
    return { orders, kills, attempts, statuses: responses.map(({ status }) => status), payments: countPayments(path) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * Four customers pay until all orders are paid. Whenever enough of them are, the server is killed under the other
 * three.
 */
async function payAll(server: MortalServer, orders: number, kills: number): Promise<Response[]> {
  const responses: Response[] = [];
  const left = Array.from({ length: orders }, (_, index) => `order-${index + 1}`);
  const killEvery = Math.floor(orders / (kills + 1));
  const customer = async (): Promise<void> => {
    for (let order = left.shift(); order !== undefined; order = left.shift()) {
      responses.push(await pay(server.url, order, 1_200));
      if (responses.length % killEvery === 0 && responses.length / killEvery <= kills) {
        await server.kill();
        await server.start();
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, customer));
  return responses;
}

function countPayments(path: string): ReadonlyMap<string, number> {
  const database = openDatabase(path);
  const rows = database.prepare('select order_name, count(*) as count from payments group by order_name').all();
  database.close();
  return new Map(rows.map(({ order_name, count }) => [String(order_name), Number(count)]));
}
