import { DatabaseSync } from 'node:sqlite';
import { type Handler, idempotent, NotApplied } from '@twicesafe/server';
import { commitSync, sqliteStore } from '@twicesafe/server/sqlite';

/** Opens the database, and creates the table of payments if there is none. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('pragma journal_mode = wal; pragma synchronous = normal');
  database.exec('create table if not exists payments (account text, order_name text, cents integer)');
  return database;
}

/** The payments API: `POST /payments` with an Idempotency-Key. */
export function createPayments(database: DatabaseSync): (request: Request) => Promise<Response> {
  const insert = database.prepare('insert into payments values (?, ?, ?)');

  const pay: Handler = async (request, { held }) => {
    const { order, cents } = ((await request.json().catch(() => null)) ?? {}) as { order: string; cents: number };
    // Nothing has been done yet, so the same key may be sent again with another body.
    if (!(cents > 0)) throw new NotApplied(Response.json({ error: 'cents must be positive' }, { status: 400 }));

    // The payment and the response are stored in one transaction: both or neither, whenever this process is killed.
    return commitSync(database, held, () => {
      insert.run(accountOf(request), order, cents);
      return Response.json({ order, cents }, { status: 201 });
    });
  };

  return idempotent(pay, {
    store: sqliteStore(database),
    scope: accountOf,
    required: true,
    leaseMs: 1_000, // how soon the request of a process that died is taken over
    interrupted: 'run-again', // safe, because everything that `pay` does is in commitSync
  });
}

/** A real server would verify the token, and refuse those it does not know. */
function accountOf(request: Request): string {
  return request.headers.get('Authorization') ?? 'nobody';
}
