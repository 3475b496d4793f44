import { readFileSync, writeFileSync } from 'node:fs';
import { between, tables } from '../../../protocols/test/support/tables.ts';

/** Writes the tables of docs/protocols.md that follow from the code. A test fails where they differ. */
const page = new URL('../../../../docs/protocols.md', import.meta.url);
let text = readFileSync(page, 'utf8');
for (const [name, table] of tables()) text = between(text, name, table);
writeFileSync(page, text);
console.log(`${tables().size} tables written`);
