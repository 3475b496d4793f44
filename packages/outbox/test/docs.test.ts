import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openOutbox } from '@twicesafe/outbox';
import { sqliteOutbox } from '@twicesafe/outbox/sqlite';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../src/sending/options.ts';

const page = read('../../../docs/outbox.md');

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** The members of an interface, as the source declares them. */
function membersOf(file: string, name: string): string[] {
  const [, body = ''] =
    new RegExp(`interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(read(`../src/${file}`)) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, member = '']) => member);
}

/** The first two columns of a table of the page. */
function rowsOf(heading: string): [name: string, fallback: string][] {
  const [, section] = page.split(`\n### ${heading}\n`);
  const table = section?.split(/\n#/)[0] ?? '';
  const rows = table.matchAll(/^\| `(?<name>\w+)` \|(?<fallback>[^|]*)\|/gm);
  return [...rows].map(({ groups }) => [groups?.name ?? '', groups?.fallback?.trim() ?? '']);
}

test.each([
  { heading: 'An intent', file: 'intents/intent.ts', interfaces: ['Intent'] },
  { heading: 'openOutbox', file: 'outbox.ts', interfaces: ['OutboxOptions'] },
  { heading: 'start', file: 'sending/options.ts', interfaces: ['SendOptions', 'StartOptions'] },
])('the table "$heading" has every option', ({ heading, file, interfaces }) => {
  const declared = interfaces.flatMap((name) => membersOf(file, name));

  expect(declared.length).toBeGreaterThan(2);
  expect(
    rowsOf(heading)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(declared.toSorted());
});

test('the defaults in the tables are those of the code', async () => {
  const numbers = rowsOf('start').filter(([, fallback]) => /^[\d,]+$/.test(fallback));
  expect(Object.fromEntries(numbers.map(([name, fallback]) => [name, Number(fallback.replaceAll(',', ''))]))).toEqual(
    (({ graceMs: _, ...rest }) => rest)(DEFAULTS),
  );
  expect(page).toContain(`\`stop(graceMs)\` waits ${DEFAULTS.graceMs / 1_000} seconds`);

  const database = new DatabaseSync(':memory:');
  const outbox = openOutbox({ store: sqliteOutbox(database) });
  const id = outbox.enqueue(database, { url: 'http://127.0.0.1:9/', body: 'text' });
  expect(await outbox.find(id)).toMatchObject({
    method: rowsOf('An intent')
      .find(([name]) => name === 'method')?.[1]
      ?.replace(/[`']/g, ''),
    outbox: rowsOf('openOutbox')
      .find(([name]) => name === 'name')?.[1]
      ?.replace(/[`']/g, ''),
    headers: expect.arrayContaining([['content-type', 'text/plain;charset=UTF-8']]),
  });
});
