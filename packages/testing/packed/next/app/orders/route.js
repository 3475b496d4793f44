import { wrapFetch } from '@twicesafe/fetch';
import { idempotent } from '@twicesafe/server';
import { sqliteStore } from '@twicesafe/server/sqlite';

const fetch = wrapFetch({ maxAttempts: 2 });

export const dynamic = 'force-dynamic';

export async function GET() {
  const response = await fetch(process.env.ORDERS_URL ?? 'http://127.0.0.1:9/');
  return Response.json({ status: response.status });
}

let handle;

export function POST(request) {
  handle ??= idempotent(async () => Response.json({ placed: true }), {
    store: sqliteStore(':memory:'),
    scope: () => 'single-tenant',
  });
  return handle(request);
}
