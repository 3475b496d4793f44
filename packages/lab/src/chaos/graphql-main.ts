/**
 * Exposes GraphQL clients to the same faults, and compares their results with the origin's ledger. Queries count as
 * reads and mutations as POST. `--write` updates the table in docs/protocols.md, and `--short` runs only those over
 * twicesafe, for CI. Fails if one of these applies a mutation twice, loses a query, reports success for a failure, or
 * reports a wrong effect.
 */
import { writeBetween } from '../write-between.ts';
import { graphqlClients } from './clients/graphql.ts';
import { endingsOf } from './run.ts';
import { type Tally, tallyOf } from './verdict.ts';

const short = process.argv.includes('--short');
const plan = {
  seed: 7,
  count: short ? 60 : 300,
  concurrency: short ? 15 : 25,
  keys: false,
  speech: 'graphql',
} as const;

const HEADS = [
  'client',
  'as',
  'queries answered',
  'queries lost',
  'mutations executed once',
  'mutations executed again',
  'told failure though executed',
  'told success though not',
  'requests per operation',
  'too early',
  'effect right / undecided / wrong',
];

const lineOf = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;
const lines = [lineOf(HEADS), `|${'---|'.repeat(HEADS.length)}`];
for (const line of lines) console.log(line);
for (const client of graphqlClients) {
  const isOurs = client.name.endsWith('over twicesafe');
  if (short && !isOurs) continue;
  const endings = await endingsOf(client, plan);
  const [queries, mutations] = ['GET', 'POST'].map((kind) =>
    tallyOf(endings.filter(({ operation }) => operation.method === kind)),
  ) as [Tally, Tally];
  const { effect, succeededThoughNot, requestsPerOperation, early } = tallyOf(endings);
  const { done, twice, failedThoughApplied } = mutations;
  const once = done + failedThoughApplied;
  const effects = effect ? Object.values(effect).join(' / ') : '';
  const told = [failedThoughApplied, succeededThoughNot, requestsPerOperation.toFixed(2), early, effects];
  lines.push(lineOf([client.name, client.setting, queries.done, queries.lost, once, twice, ...told]));
  console.log(lines.at(-1));
  if (!isOurs || (twice === 0 && succeededThoughNot === 0 && effect?.wrong === 0 && queries.lost === 0)) continue;
  console.log('  WRONG');
  process.exitCode = 1;
}
if (process.argv.includes('--write')) writeBetween('protocols.md', 'graphql-weather', lines.join('\n'));
// Some clients keep connections and timers open.
process.exit();
