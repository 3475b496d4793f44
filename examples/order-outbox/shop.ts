import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';

const [path = 'shop.db', paymentsUrl = 'http://127.0.0.1:3000/payments', port = '4000'] = process.argv.slice(2);

const database = new DatabaseSync(path, { timeout: 5_000 });
database.exec('create table if not exists orders (name text primary key, cents integer not null)');
// The outbox opens the file a second time, so that its worker never waits for a transaction of ours.
const outbox = openOutbox({ store: sqliteOutbox(path), name: 'payments' });

/**
 * The order and the request that pays it are stored in one transaction: both or neither, whenever this process is
 * killed.
 */
function placeOrder(name: string, cents: number): void {
  database.exec('begin immediate');
  try {
    const { changes } = database
      .prepare('insert into orders (name, cents) values (?, ?) on conflict do nothing')
      .run(name, cents);
    if (changes === 1) {
      const body = JSON.stringify({ order: name, cents });
      outbox.enqueue(database, { url: paymentsUrl, body, headers: { 'Content-Type': 'application/json' } });
    }
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = decodeURIComponent(request.url?.split('/')[2] ?? '');
  let body = '';
  for await (const chunk of request) body += chunk;
  placeOrder(name, JSON.parse(body).cents);
  response.writeHead(201).end();
}

const running = outbox.start({
  leaseMs: 1_000, // how soon the next process takes over what a killed one was sending
  maxWaitMs: 1_000,
  prepare: ({ headers }) => headers.set('Authorization', `Bearer ${process.env.PAYMENTS_TOKEN ?? 'shop-1'}`),
  onSettled: ({ state, key, note }) => state !== 'done' && console.error(`${key}: ${state}, ${note}`),
});

/** `PUT /orders/order-7` with `{ "cents": 1200 }`. */
const server = createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(500).end());
});
server.listen(Number(port), '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.once('SIGTERM', async () => {
  server.close();
  await running.stop();
  await outbox.close();
});
