import { readFileSync, writeFileSync } from 'node:fs';
import { between, tables } from '../../../protocols/test/support/tables.ts';

/** Generates the tables of docs/protocols.md from the code. A test fails if they differ. */
const page = new URL('../../../../docs/protocols.md', import.meta.url);
let text = readFileSync(page, 'utf8');
for (const [name, table] of tables()) text = between(text, name, table);
writeFileSync(page, text);
console.log(`${tables().size} tables written`);
