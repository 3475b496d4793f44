/** A statement, with the name under which the server keeps it prepared. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Creates the table of the Postgres store. Harmless if it exists. The lock keeps two processes that start at once from
 * creating it twice, which fails in spite of `if not exists`.
 */
export const migration: string = `
begin;
select pg_advisory_xact_lock(8243127566902114);
create table if not exists idempotency (
  key text primary key, fingerprint text not null, fence text not null, attempt integer not null,
  lease_until timestamptz not null, expires timestamptz not null, outcome text
) with (fillfactor = 70);
create index if not exists idempotency_expires on idempotency (expires);
commit;
`;

/** clock_timestamp(), because now() is the start of the transaction, which may have waited for a lock since. */
const after = (parameter: string): string => `clock_timestamp() + make_interval(secs => ${parameter}::float8 / 1000)`;
const OWNED = 'where key = $1 and fence = $2 and outcome is null';

/** $1 key, $2 fingerprint, $3 fence, $4 lease, $5 keep, $6 takeOver. Returns a row if the key was acquired. */
export const ACQUIRE: Statement = {
  name: 'twicesafe_acquire',
  text: `
insert into idempotency as r (key, fingerprint, fence, attempt, lease_until, expires)
values ($1, $2, $3, 1, ${after('$4')}, ${after('$5')})
on conflict (key) do update set
  attempt = case when r.expires <= clock_timestamp() then 1 when r.fence = excluded.fence then r.attempt else r.attempt + 1 end,
  fingerprint = excluded.fingerprint, fence = excluded.fence, lease_until = excluded.lease_until,
  expires = excluded.expires, outcome = null
where r.expires <= clock_timestamp() or (r.outcome is null and (r.fence = excluded.fence
  or ($6::boolean and r.lease_until <= clock_timestamp() and r.fingerprint = excluded.fingerprint)))
returning attempt`,
};

export const GET: Statement = {
  name: 'twicesafe_get',
  text: `
select fingerprint, attempt, outcome, (extract(epoch from lease_until - clock_timestamp()) * 1000)::float8 as left_ms
from idempotency where key = $1 and expires > clock_timestamp()`,
};

/** $3 lease. A record outlives its lease, however long the handler takes. */
export const EXTEND: Statement = {
  name: 'twicesafe_extend',
  text: `
update idempotency set lease_until = ${after('$3')}, expires = greatest(expires, ${after('$3')})
${OWNED} and expires > clock_timestamp() returning 1`,
};

/** $3 outcome, $4 keep. */
export const COMPLETE: Statement = {
  name: 'twicesafe_complete',
  text: `
update idempotency set outcome = $3, expires = ${after('$4')}
${OWNED} and expires > clock_timestamp() returning 1`,
};

export const RELEASE: Statement = { name: 'twicesafe_release', text: `delete from idempotency ${OWNED} returning 1` };

/** $1 limit. Skips rows that a request is using, so that it doesn't wait. */
export const PURGE: Statement = {
  name: 'twicesafe_purge',
  text: `
delete from idempotency where key in
  (select key from idempotency where expires <= clock_timestamp() limit $1::int for update skip locked) returning 1`,
};

/** Waits for a transaction that may still be committing the record, and reads what it left. */
export const SETTLED: Statement = {
  name: 'twicesafe_settled',
  text: 'select outcome from idempotency where key = $1 and fence = $2 for update',
};

/** $1 key. Held until the transaction ends. A collision of the 64-bit hash only causes an unnecessary 409. */
export const LOCK: Statement = {
  name: 'twicesafe_lock',
  text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked',
};

/** $1 key, $2 fingerprint, $3 fence, $4 outcome, $5 keep. For a request that is one transaction without a lease. */
export const RECORD: Statement = {
  name: 'twicesafe_record',
  text: `
insert into idempotency as r (key, fingerprint, fence, attempt, lease_until, expires, outcome)
values ($1, $2, $3, 1, clock_timestamp(), ${after('$5')}, $4)
on conflict (key) do update set
  attempt = 1, fingerprint = excluded.fingerprint, fence = excluded.fence, lease_until = excluded.lease_until,
  expires = excluded.expires, outcome = excluded.outcome
where r.expires <= clock_timestamp() returning 1`,
};
