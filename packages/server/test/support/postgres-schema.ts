import { Pool } from 'pg';

/** A schema of a test's own, with a pool that sees nothing else. */
export interface PostgresSchema extends AsyncDisposable {
  readonly name: string;
  readonly pool: Pool;
}

/** Creates a schema, and drops it when it is disposed of. */
export async function createSchema(url: string): Promise<PostgresSchema> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const pool = new Pool({ connectionString: url, max: 8 });
  // The oldest version of pg doesn't read `options`.
  pool.on('connect', (client) => void client.query(`set search_path to ${name}`));
  await pool.query(`create schema ${name}`);
  return {
    name,
    pool,
    async [Symbol.asyncDispose]() {
      await pool.query(`drop schema ${name} cascade`);
      await pool.end();
    },
  };
}
