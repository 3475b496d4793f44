import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The names that an entry exports, types included. */
function namesOf(entry: string): readonly string[] {
  const source = readFileSync(join(import.meta.dirname, '../src', entry), 'utf8');
  const statements = source
    .replaceAll(/\/\*\*.*?\*\//gs, '')
    .split(';')
    .map((each) => each.trim())
    .filter(Boolean);
  return statements.flatMap((statement) => {
    const [, names, namespace] = /^export (?:(?:type )?\{(.*?)\}|\* as (\w+)) from '[^']+'$/s.exec(statement) ?? [];
    const list = names?.split(',') ?? [namespace];
    if (list[0] === undefined) throw new Error(`${entry} exports more than names: ${statement}`);
    return list.map((name) => (name ?? '').replace('type ', '').trim()).filter(Boolean);
  });
}

test('the index is small enough to be read by a stranger', () => {
  expect(namesOf('index.ts').length).toBeLessThanOrEqual(45);
});

test('an author of an adapter finds each name in one place', () => {
  const index = new Set(namesOf('index.ts'));
  const adapter = namesOf('adapter.ts');
  expect(adapter.filter((name) => index.has(name))).toEqual([]);
  expect(adapter.length).toBeLessThanOrEqual(45);
});
