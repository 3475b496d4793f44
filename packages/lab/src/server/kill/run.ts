import { closedPort } from '@twicesafe/testing';
import { pay, type Receipt } from './customer.ts';
import type { Ledger } from './ledger.ts';
import type { Variant } from './variants.ts';
import { Victim } from './victim.ts';

const SERVERS = 2;
const CUSTOMERS = 8;

/** The outcomes of all payments. */
export interface Tally {
  readonly kills: number;
  readonly operations: number;
  /** Reported as paid or unknown, and paid exactly once. */
  readonly once: number;
  /** Paid more than once. */
  readonly doubled: number;
  /** Reported as paid, and never paid. */
  readonly lost: number;
  /** Reported as unknown. */
  readonly unknown: number;
  /** Reported as unknown, and paid. */
  readonly unknownPaid: number;
  /** Unknown payments for which the client reports another effect than `maybe-applied`. */
  readonly misreported: number;
}

/** Lets customers pay while two servers are killed `kills` times, and compares the receipts with the ledger. */
export async function runVariant(variant: Variant, ledger: Ledger, kills: number): Promise<Tally> {
  const { database, schema } = ledger;
  await using stack = new AsyncDisposableStack();
  const victims: Victim[] = [];
  for (let number = 0; number < SERVERS; number += 1) {
    const victim = stack.use(new Victim({ variant, database, schema, port: await closedPort() }));
    await victim.start();
    victims.push(victim);
  }
  const killed = (): number => victims.reduce((sum, victim) => sum + victim.kills, 0);
  const isEnough = (): boolean => killed() >= kills;

  const receipts: Receipt[] = [];
  const customer = async (_: unknown, number: number): Promise<void> => {
    const urls = victims.map(({ url }) => url);
    if (number % 2 === 1) urls.reverse();
    while (!isEnough()) receipts.push(await pay(urls));
  };
  await Promise.all([
    ...victims.map((victim) => victim.suffer(isEnough)),
    ...Array.from({ length: CUSTOMERS }, customer),
  ]);
  return tallyOf(receipts, await ledger.count(), killed());
}

function tallyOf(receipts: readonly Receipt[], paid: ReadonlyMap<string, number>, kills: number): Tally {
  const count = (is: (receipt: Receipt, times: number) => boolean): number =>
    receipts.filter((receipt) => is(receipt, paid.get(receipt.key) ?? 0)).length;
  return {
    kills,
    operations: receipts.length,
    once: count((_, times) => times === 1),
    doubled: count((_, times) => times > 1),
    lost: count(({ told }, times) => told === 'paid' && times === 0),
    unknown: count(({ told }) => told === 'unknown'),
    unknownPaid: count(({ told }, times) => told === 'unknown' && times > 0),
    misreported: count(({ told, effect }) => told === 'unknown' && effect !== 'maybe-applied'),
  };
}
