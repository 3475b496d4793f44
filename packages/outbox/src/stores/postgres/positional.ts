import type { Values } from '../sql-store.ts';

/** The database's clock, because the clocks of several machines differ. */
const NOW = '(floor(extract(epoch from clock_timestamp()) * 1000)::bigint)';

/** Returns a statement with Postgres's numbered parameters, and their values in order. */
export function positional(
  statement: string,
  values: Values,
): { readonly text: string; readonly values: readonly unknown[] } {
  const names: string[] = [];
  const text = statement.replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'now') return NOW;
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, values: names.map((name) => values[name]) };
}
