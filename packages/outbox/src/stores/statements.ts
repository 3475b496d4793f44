/** The column types and clauses in which the databases differ. */
export interface Dialect {
  readonly id: string;
  readonly bytes: string;
  readonly lockNext: string;
  /**
   * Makes the database read the rows in the order of `due`. Without it, SQLite prefers the index on `state`, and sorts
   * the queue.
   */
  readonly byDue: string;
}

/** The columns that every query returns. */
const COLUMNS =
  'id, outbox, name, group_name, key, method, url, headers, body, state, runs, first_sent, window_ms, in_doubt, due, note, first_sent_header';

export const INSERT = `
  insert into outbox (outbox, name, group_name, key, method, url, headers, body, due, created, window_ms, first_sent_header)
  values (:outbox, :name, :group_name, :key, :method, :url, :headers, :body,
    case when cast(:due as bigint) < :now then :now else cast(:due as bigint) end, :now, :window_ms, :first_sent_header)
  on conflict (name) do nothing returning id`;

export const FIND_NAME = 'select id, outbox from outbox where name = :name';

/**
 * Takes the next due intent of an outbox. If a lease has ended, the intent is in doubt, because its worker may have
 * sent the request.
 *
 * `(select :now)` is read once. Postgres would otherwise compare each row with its clock, and read every intent of the
 * future.
 */
export function take({ lockNext, byDue }: Dialect): string {
  return `
    update outbox set state = 'sending', fence = :fence, due = :now + cast(:lease as bigint), runs = runs + 1,
      in_doubt = case when state = 'sending' then 1 else in_doubt end, first_sent = coalesce(first_sent, :now)
    where id = (
      select id from outbox as next ${byDue} where outbox = :outbox and state in ('due', 'sending') and due <= (select :now)
        and (group_name is null or state = 'sending' or not exists (
          select 1 from outbox as other where other.group_name = next.group_name and other.state = 'sending'))
      order by due, id limit 1 ${lockNext})
    returning ${COLUMNS}, :now as taken_at`;
}

export const RENEW = `
  update outbox set due = :now + cast(:lease as bigint) where id = :id and fence = :fence and state = 'sending' returning id`;

/**
 * Settles a run. If the server can't have processed the request, it doesn't know the key yet, so the window hasn't
 * started.
 */
export const SETTLE = `
  update outbox set state = :state, due = :now + cast(:wait as bigint), note = :note, fence = null, ended = :now,
    in_doubt = cast(:in_doubt as integer),
    first_sent = case when cast(:in_doubt as integer) = 0 and cast(:state as text) = 'due' then null else first_sent end
  where id = :id and fence = :fence and state = 'sending' returning id`;

export const FIND: string = `select ${COLUMNS} from outbox where id = :id`;

/** The conditions of a query that concerns one outbox or one state, or all of them. */
export interface Filter {
  readonly outbox?: string;
  readonly state?: string;
}

/** Lists a page of intents. */
export function list(filter: Filter): string {
  return `select ${COLUMNS} from outbox where ${conditions(filter)}id > :after order by id limit :limit`;
}

function conditions(filter: Filter): string {
  return Object.keys(filter)
    .map((column) => `${column} = :${column} and `)
    .join('');
}

const RESOLVED_NOTE = "cast(:note as text) || coalesce(' (before: ' || note || ')', '')";

export const RESOLVE: string = `
  update outbox set state = :state, note = ${RESOLVED_NOTE}, ended = :now where id = :id and state in ('unknown', 'failed') returning id`;

/** Replaces the key. This makes a new request that was never sent. */
export const RENEW_KEY: string = `
  update outbox set state = 'due', due = :now, note = ${RESOLVED_NOTE}, key = :key, headers = :headers, first_sent = null, in_doubt = 0
  where id = :id and state in ('unknown', 'failed') returning id`;

/**
 * The condition repeats that of the index on `due`, because SQLite uses a partial index only for the same expression.
 */
export function counts({ byDue }: Dialect, filter: Filter): string {
  const only = conditions(filter);
  return `
    select state, count(*) as count,
      :now - (select min(due) from outbox ${byDue} where ${only}state in ('due', 'sending') and state = 'due') as oldest
    from outbox where ${only}1 = 1 group by state`;
}

export const CLEAN = `
  delete from outbox where id in (
    select id from outbox where outbox = :outbox and state in ('done', 'failed') and ended < (select :now - cast(:age as bigint)) order by ended limit :limit)
  returning id`;
