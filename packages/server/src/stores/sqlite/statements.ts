/** The table of the SQLite store. Times are milliseconds since 1970 by the clock of the machine that holds the file. */
export const SCHEMA = `
create table if not exists idempotency (
  key text primary key, fingerprint text not null, fence text not null, attempt integer not null,
  lease_until integer not null, expires integer not null, outcome text
) strict, without rowid;
create index if not exists idempotency_expires on idempotency (expires);
`;

/** Returns a row if the key was acquired. */
export const ACQUIRE: string = `
insert into idempotency as r (key, fingerprint, fence, attempt, lease_until, expires)
values (:key, :fingerprint, :fence, 1, :now + :lease, :now + :keep)
on conflict (key) do update set
  attempt = case when r.expires <= :now then 1 when r.fence = excluded.fence then r.attempt else r.attempt + 1 end,
  fingerprint = excluded.fingerprint, fence = excluded.fence, lease_until = excluded.lease_until,
  expires = excluded.expires, outcome = null
where r.expires <= :now or (r.outcome is null and (r.fence = excluded.fence
  or (:takeover and r.lease_until <= :now and r.fingerprint = excluded.fingerprint)))
returning attempt`;

export const GET: string = `
select fingerprint, attempt, outcome, lease_until - :now as left_ms from idempotency where key = :key and expires > :now`;

const OWNED = 'where key = :key and fence = :fence and outcome is null';

// A record outlives its lease, however long the handler takes.
export const EXTEND: string = `
update idempotency set lease_until = :now + :lease, expires = max(expires, :now + :lease) ${OWNED} and expires > :now`;

export const COMPLETE: string = `
update idempotency set outcome = :outcome, expires = :now + :keep ${OWNED} and expires > :now`;

export const RELEASE: string = `delete from idempotency ${OWNED}`;

export const PURGE: string = `
delete from idempotency where key in (select key from idempotency where expires <= :now limit :limit)`;
