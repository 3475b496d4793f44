import { DEFAULT_NAME } from '../intents/outbox-name.ts';
import type { Dialect } from './statements.ts';

/** The version of the tables that this code creates and expects. */
export const SCHEMA_VERSION = 3;

/**
 * The statements that lead from each version to the next one. A migration adds columns with a default and tables, and
 * changes indices. So a worker of the previous version continues until it restarts, and a migration works without
 * downtime.
 */
const MIGRATIONS: readonly ((dialect: Dialect) => readonly string[])[] = [toVersion1, toVersion2, toVersion3];

/**
 * `due` holds the time when a waiting intent may be sent or a lease ends, so one index serves both. The second index
 * guarantees that at most one intent of a group is in flight, even if workers race.
 */
function toVersion1({ id, bytes }: Dialect): readonly string[] {
  return [
    `create table outbox (
      id ${id}, name text unique, group_name text, key text not null, method text not null, url text not null,
      headers text not null, body ${bytes},
      state text not null default 'due' check (state in ('due', 'sending', 'done', 'failed', 'unknown')),
      runs integer not null default 0, due bigint not null, fence text, created bigint not null, ended bigint,
      first_sent bigint, first_sent_header text, window_ms bigint not null, in_doubt integer not null default 0, note text
    )`,
    `create index outbox_due on outbox (due, id) where state in ('due', 'sending')`,
    `create unique index outbox_group on outbox (group_name) where state = 'sending'`,
    `create index outbox_state on outbox (state, id)`,
  ];
}

/** Lets `counts` and `health` find the oldest due intent, and `clean` the settled ones, without reading every row. */
function toVersion2(): readonly string[] {
  return [
    `create index outbox_ended on outbox (ended) where state in ('done', 'failed')`,
    `create table outbox_schema (version integer not null)`,
    `insert into outbox_schema values (1)`,
  ];
}

/**
 * Gives each intent the name of its outbox. The indices start with it, so an outbox reads past no intent of another
 * one. They keep their names, because statements of version 2 name them. A worker of version 2 takes the intents of
 * every outbox.
 */
function toVersion3(): readonly string[] {
  return [
    `alter table outbox add column outbox text not null default '${DEFAULT_NAME}'`,
    `drop index outbox_due`,
    `create index outbox_due on outbox (outbox, due, id) where state in ('due', 'sending')`,
    `drop index outbox_state`,
    `create index outbox_state on outbox (state, outbox, id)`,
    `drop index outbox_ended`,
    `create index outbox_ended on outbox (outbox, ended) where state in ('done', 'failed')`,
  ];
}

/** Returns the statements that lead to each version, oldest first. Each ends by storing its version. */
export function migrations(dialect: Dialect): readonly (readonly string[])[] {
  return MIGRATIONS.map((statementsOf, index) => {
    const stored = index === 0 ? [] : [`update outbox_schema set version = ${index + 1}`];
    return [...statementsOf(dialect), ...stored];
  });
}

/**
 * Refuses a database that a newer version of this package migrated, because this version may misread its rows.
 *
 * @throws {Error} If `version` is newer than this code.
 */
export function refuseNewer(version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new Error(
    `the outbox's tables have version ${version}, and this @twicesafe/outbox knows versions up to ${SCHEMA_VERSION}: install a newer @twicesafe/outbox`,
  );
}

/**
 * Refuses a database that this code doesn't migrate itself and whose tables it doesn't expect.
 *
 * @throws {Error} If `version` isn't the one of this code. Version 0 means that the tables are missing.
 */
export function refuseOther(version: number): void {
  refuseNewer(version);
  if (version === 0) throw new Error('the database has no outbox: call migrate() first, or set search_path');
  if (version < SCHEMA_VERSION)
    throw new Error(
      `the outbox's tables have version ${version}, and this @twicesafe/outbox needs version ${SCHEMA_VERSION}: call migrate() first, or use the version of @twicesafe/outbox that the application uses`,
    );
}
