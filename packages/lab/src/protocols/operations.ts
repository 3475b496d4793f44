import { readFileSync, writeFileSync } from 'node:fs';
import { openApi } from '../../../protocols/src/openapi/open-api.ts';
import { type Description, descriptions } from '../../../protocols/test/support/descriptions.ts';
import { filledIn } from '../../../protocols/test/support/filled-in.ts';
import { requestOf } from '../../../protocols/test/support/requests.ts';
import { between } from '../../../protocols/test/support/tables.ts';

/**
 * Looks up every operation of real OpenAPI descriptions by a filled-in URL, and measures how long a lookup takes.
 * With `--write`, updates the table in docs/protocols.md.
 */
interface Row {
  readonly name: string;
  readonly version: string;
  readonly operations: number;
  readonly found: number;
  readonly wrong: number;
  readonly ambiguous: number;
  readonly readMs: number;
  readonly lookupUs: number;
}

const ROUNDS = 8;

function measure(description: Description): Row {
  const document = description.load();
  const start = cpuUs();
  const protocol = openApi(document, description.options);
  const readMs = (cpuUs() - start) / 1000;

  const operations = filledIn(description, document);
  const readings = operations.map(({ method, url }) => protocol.read(requestOf(method, url)));
  const subjects = operations.map(({ name }) => `OpenAPI operation \`${name.slice(0, 80)}\``);
  const ambiguous = readings.filter((reading) => reading?.subject.endsWith(' or another with the same path')).length;
  const found = readings.filter((reading, index) => reading?.subject === subjects[index]).length;
  const missed = readings.filter((reading) => reading === undefined).length;
  return {
    name: description.name,
    version: String(document.openapi ?? document.swagger),
    operations: operations.length,
    found,
    wrong: operations.length - found - ambiguous - missed,
    ambiguous,
    readMs,
    lookupUs: lookupUs(() => {
      for (const { method, url } of operations) protocol.read(requestFor(method, url));
    }, operations.length),
  };
}

/** Returns CPU time in microseconds, to exclude other processes. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Returns the fastest of several rounds, because other activity on the machine only slows a round down. */
function lookupUs(round: () => void, operations: number): number {
  const repeats = Math.ceil(20_000 / operations);
  const times = Array.from({ length: ROUNDS }, () => {
    const start = cpuUs();
    for (let count = 0; count < repeats; count++) round();
    return (cpuUs() - start) / (repeats * operations);
  });
  return Math.min(...times);
}

/** Makes a request without a new `Headers` object, which would take longer than the lookup. */
function requestFor(method: string, url: string) {
  return { method, url, headers: { get: () => null }, body: () => undefined };
}

const rows = descriptions.map(measure);
const table = [
  '| description | OpenAPI | operations | found | wrong | ambiguous | reading it | a look-up |',
  '|---|---|---|---|---|---|---|---|',
  ...rows.map(
    (row) =>
      `| ${row.name} | ${row.version} | ${row.operations} | ${row.found} | ${row.wrong} | ${row.ambiguous} | ` +
      `${row.readMs.toFixed(1)} ms | ${row.lookupUs.toFixed(1)} µs |`,
  ),
].join('\n');
console.log(table);
if (rows.some((row) => row.found < row.operations)) process.exitCode = 1;
if (process.argv.includes('--write')) {
  const page = new URL('../../../../docs/protocols.md', import.meta.url);
  writeFileSync(page, between(readFileSync(page, 'utf8'), 'operations', table));
}
