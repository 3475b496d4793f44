import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { server } from './run-snippet.ts';
import { snippets } from './snippets.ts';

// Below `docs`, so that the modules of its package are found.
const FOLDER = join(import.meta.dirname, '.snippets');

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const compilerOptions = { noEmit: true, types: ['node'], noUnusedLocals: false, isolatedDeclarations: false };
  writeFileSync(
    join(FOLDER, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.base.json',
      compilerOptions: { ...compilerOptions, declaration: false },
    }),
  );
  for (const { name, source } of snippets) writeFileSync(join(FOLDER, `${name}.ts`), source);
});

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

test('every block of TypeScript in the pages compiles', () => {
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
  const { stdout, status } = spawnSync(tsc, ['-p', FOLDER, '--pretty', 'false'], { encoding: 'utf8' });

  expect(stdout).toBe('');
  expect(status).toBe(0);
  expect(snippets.length).toBeGreaterThan(60);
});

describe('the blocks marked with run', () => {
  beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
  afterAll(() => server.close());

  test.each(snippets.filter(({ runs }) => runs).map(({ name }) => name))(
    '%s runs, and explains a success',
    async (name) => {
      const print = vi.spyOn(console, 'log').mockReturnValue();

      await import(join(FOLDER, `${name}.ts`));

      const printed = print.mock.calls.flat().join('\n');
      print.mockRestore();
      expect(printed).toContain('Effect: nothing to apply, because the method asks for no change.');
    },
  );
});
