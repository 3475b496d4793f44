import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { backoffs, wrapFetch } from '@twicesafe/fetch';
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { MortalShop } from './mortal-shop.ts';
import { openPayments } from './payments.ts';

/** What came of the demonstration. */
export interface Ledger {
  /** The orders that the shop committed. */
  readonly orders: readonly string[];
  /** How often each order was paid. */
  readonly paid: ReadonlyMap<string, number>;
  /** How many requests reached the payments API. */
  readonly requests: number;
}

/** The shop restarts while customers order, and they would rather wait than give up. */
const fetch = wrapFetch({
  maxAttempts: 1_000,
  deadlineMs: 120_000,
  backoff: backoffs.exponential({ capMs: 500 }),
  budget: 'none',
});

/** Places orders, kills the shop in between, and waits until it has paid them all. */
export async function demonstrate(plan: { readonly orders: number; readonly kills: number }): Promise<Ledger> {
  const directory = mkdtempSync(join(tmpdir(), 'order-outbox-'));
  try {
    const path = join(directory, 'shop.db');
    await using payments = await openPayments();
    await using shop = new MortalShop(path, payments.url);
    await shop.start();

    const killEvery = Math.floor(plan.orders / (plan.kills + 1));
    for (let number = 1; number <= plan.orders; number += 1) {
      await fetch(`${shop.url}/orders/order-${number}`, { method: 'PUT', body: '{"cents":1200}' });
      if (number % killEvery === 0 && number / killEvery <= plan.kills) {
        await shop.kill();
        await shop.start();
      }
    }
    await allPaid(path);
    return { orders: ordersIn(path), paid: payments.paid, requests: payments.requests };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function allPaid(path: string): Promise<void> {
  const outbox = openOutbox({ store: sqliteOutbox(path), name: 'payments' });
  for (;;) {
    const { due, sending } = await outbox.counts();
    if (due + sending === 0) break;
    await setTimeout(50);
  }
  await outbox.close();
}

function ordersIn(path: string): readonly string[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare('select name from orders').all();
  database.close();
  return rows.map(({ name }) => String(name));
}
