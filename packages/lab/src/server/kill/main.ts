/**
 * Lets eight customers pay at two servers, and kills a server with SIGKILL every few hundred milliseconds. At the end,
 * compares the customers' receipts with the payments in the database. Fails if a variant shows a forbidden outcome.
 * `--short` kills 8 times instead of 50, and `--write` updates the table in docs/server.md.
 */
import { findPostgres } from '../../../../server/test/support/find-postgres.ts';
import { writeBetween } from '../../write-between.ts';
import { openPostgresLedger, openSqliteLedger } from './ledger.ts';
import { runVariant, type Tally } from './run.ts';
import { VARIANTS, type Variant } from './variants.ts';

const kills = process.argv.includes('--short') ? 8 : 50;
const head = [
  '| variant | kills | operations | once | doubled | lost | unknown (of them paid) |',
  '|---|---|---|---|---|---|---|',
];

function line({ name }: Variant, tally: Tally): string {
  const { operations, once, doubled, lost, unknown, unknownPaid } = tally;
  const inDoubt = unknown === 0 ? '0' : `${unknown} (${unknownPaid})`;
  return `| ${[name, tally.kills, operations, once, doubled, lost, inDoubt].join(' | ')} |`;
}

function faultsOf({ name, mustBeZero }: Variant, tally: Tally): readonly string[] {
  const faults = mustBeZero.filter((what) => tally[what] > 0).map((what) => `${name}: ${tally[what]} ${what}`);
  return tally.misreported === 0 ? faults : [...faults, `${name}: ${tally.misreported} not reported as maybe-applied`];
}

const lines: string[] = [];
const faults: string[] = [];
await using postgres = (await findPostgres()) ?? { url: '', async [Symbol.asyncDispose]() {} };
for (const variant of VARIANTS) {
  if (variant.database === 'postgres' && postgres.url === '') continue;
  await using ledger = await (variant.database === 'sqlite' ? openSqliteLedger() : openPostgresLedger(postgres.url));
  const tally = await runVariant(variant, ledger, kills);
  lines.push(line(variant, tally));
  faults.push(...faultsOf(variant, tally));
  console.log(lines.at(-1));
}
if (process.argv.includes('--write')) writeBetween('server.md', 'kills', [...head, ...lines].join('\n'));
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
