import { DatabaseSync } from 'node:sqlite';
import { keys, wrapFetch } from '@twicesafe/fetch';
import type { Plan, Program } from '../plan.ts';

/** Commits the order and then pays it, as most programs do. Retries exist only in memory. */
export function openMemory({ bank, database: path, key }: Plan): Program {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  const insert = database.prepare('insert into orders (name) values (?)');
  const fetch = wrapFetch({ idempotencyKey: keys.ietf(), budget: 'none' });
  let waiting = 0;
  const pay = async (name: string): Promise<void> => {
    waiting += 1;
    const retry = key === 'stored' ? { retry: { idempotencyKey: keys.fromParts('shop', name) } } : {};
    try {
      await fetch(bank, { method: 'POST', body: name, ...retry });
    } catch {
      // A payment that fails here is never sent again.
    } finally {
      waiting -= 1;
    }
  };
  return {
    async order(name) {
      insert.run(name);
      void pay(name);
    },
    waiting: async () => waiting,
  };
}
