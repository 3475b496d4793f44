import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { between, tables } from './support/tables.ts';

const page = readFileSync(new URL('../../../docs/protocols.md', import.meta.url), 'utf8');

test.each([...tables()])('docs/protocols.md has the table %s as the code has it', (name, table) => {
  expect(page).toBe(between(page, name, table));
});
