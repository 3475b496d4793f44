/**
 * Kills a shop's process with SIGKILL every 0.25 to 2 s while its bank stays up. At the end, compares the committed
 * orders with the payments. Fails if a variant shows a forbidden outcome, or lacks an outcome that it must show.
 * `--short` kills each program 5 times, `--only expression` runs the variants whose name matches a regular expression,
 * and `--write` updates the table in docs/outbox.md and its picture.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findPostgres } from '../../../../server/test/support/find-postgres.ts';
import { findRedis } from '../../../../server/test/support/find-redis.ts';
import { killsPicture } from '../../pictures/kills.ts';
import { textBetween, writeBetween } from '../../write-between.ts';
import { openPostgresOrders, openSqliteOrders } from './orders.ts';
import { runVariant, type Tally } from './run.ts';
import { VARIANTS, type Variant } from './variants.ts';

const AT_A_TIME = 3;
const SHORT = { kills: 5, orders: 60 };
const HEAD = [
  '| variant | kills | committed | once | lost | doubled | unknown (of them paid) | replays |',
  '|---|---|---|---|---|---|---|---|',
];

const { values: flags } = parseArgs({
  options: { short: { type: 'boolean' }, write: { type: 'boolean' }, only: { type: 'string' } },
});

function lineOf({ name }: Variant, tally: Tally): string {
  const { kills, committed, once, lost, doubled, unknown, unknownPaid, replays } = tally;
  const inDoubt = unknown === 0 ? '0' : `${unknown} (${unknownPaid})`;
  return `| ${[name, kills, committed, once, lost, doubled, inDoubt, replays].join(' | ')} |`;
}

function faultsOf({ name, mustBeZero, mustShow }: Variant, tally: Tally): readonly string[] {
  const faults = mustBeZero.filter((what) => tally[what] > 0).map((what) => `${name}: ${tally[what]} ${what}`);
  if (tally.phantom > 0) faults.push(`${name}: ${tally.phantom} paid without a committed order`);
  // A few kills may miss every send.
  if (mustShow && !flags.short && tally[mustShow] === 0)
    faults.push(`${name}: nothing ${mustShow}, so the measurement shows nothing`);
  return faults;
}

await using postgres = (await findPostgres()) ?? { url: '', async [Symbol.asyncDispose]() {} };
await using redis = (await findRedis()) ?? { url: '', async [Symbol.asyncDispose]() {} };
const lines = new Map<Variant, string>();
const faults: string[] = [];

function missingFor({ database, needsRedis = false }: Variant): string | undefined {
  if (database === 'postgres' && postgres.url === '') return 'Postgres';
  return needsRedis && redis.url === '' ? 'Redis' : undefined;
}

async function measure(variant: Variant): Promise<void> {
  const missing = missingFor(variant);
  if (missing) return console.log(`NOT RUN: ${variant.name}: no ${missing}`);
  await using orders = await (variant.database === 'sqlite' ? openSqliteOrders() : openPostgresOrders(postgres.url));
  const tally = await runVariant(
    flags.short ? { ...variant, ...SHORT } : variant,
    orders,
    variant.needsRedis ? redis.url : '',
  );
  lines.set(variant, lineOf(variant, tally));
  faults.push(...faultsOf(variant, tally));
  console.log(lines.get(variant));
}

const variants = VARIANTS.filter(({ name }) => new RegExp(flags.only ?? '').test(name));
const left = [...variants];
console.log(HEAD.join('\n'));
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (let next = left.shift(); next; next = left.shift()) await measure(next);
  }),
);
if (flags.write) {
  // A line that this run didn't measure stays as it is.
  const before = textBetween('outbox.md', 'kills').split('\n');
  const rows = VARIANTS.flatMap(
    (variant) => lines.get(variant) ?? before.find((line) => line.startsWith(`| ${variant.name} |`)) ?? [],
  );
  const page = writeBetween('outbox.md', 'kills', [...HEAD, ...rows].join('\n'));
  writeFileSync(new URL('../../../../../docs/kills.svg', import.meta.url), killsPicture(page));
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
