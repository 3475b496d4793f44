import { migrations, refuseNewer, refuseOther } from '../schema.ts';
import type { Dialect } from '../statements.ts';
import { type PostgresClient, query } from './client.ts';

/** An advisory lock. Without it, two processes would create a table at the same time, and one would fail. */
const MIGRATION_LOCK = 7_092_348_117;

/**
 * Creates or migrates the tables in a single statement. It runs as one transaction, which holds the lock until it ends.
 *
 * @throws {Error} If a newer version of this package migrated the tables.
 */
export async function migratePostgres(pool: PostgresClient, dialect: Dialect): Promise<void> {
  const steps = migrations(dialect).map(
    (statements, index) => `if have < ${index + 1} then ${statements.join(';\n')}; end if`,
  );
  // PL/pgSQL plans a statement when it runs it, so a query of a missing table does no harm. `create table` uses the
  // current schema, so a schema of its own gets tables of its own, even if another one of the search path has an
  // outbox.
  await query(
    pool,
    `do $migration$ declare have integer; begin
      perform pg_advisory_xact_lock(${MIGRATION_LOCK});
      if to_regclass(${tableOf('outbox_schema')}) is not null then select version into have from outbox_schema;
      elsif to_regclass(${tableOf('outbox')}) is not null then have := 1;
      else have := 0; end if;
      ${steps.join(';\n')};
    end $migration$`,
    [],
  );
  refuseNewer(await versionOf(pool));
}

/**
 * Checks that the tables are those that this code expects.
 *
 * @throws {Error} If `migrate()` wasn't called, or if a newer version of this package migrated the tables.
 */
export async function checkPostgres(pool: PostgresClient): Promise<void> {
  refuseOther(await versionOf(pool));
}

/** The version of the tables. 0 before they exist. Version 1 didn't store its version. */
async function versionOf(pool: PostgresClient): Promise<number> {
  const tables = "select to_regclass('outbox_schema') as versioned, to_regclass('outbox') as outbox";
  const [found] = await query(pool, tables, []);
  if (found?.versioned == null) return found?.outbox == null ? 0 : 1;
  return Number((await query(pool, 'select version from outbox_schema', []))[0]?.version);
}

/** An expression for a table of the current schema. */
function tableOf(name: string): string {
  return `quote_ident(current_schema()) || '.${name}'`;
}
