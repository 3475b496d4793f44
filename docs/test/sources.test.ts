import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const linesOf = (file: string): string[] => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n');

test('no comment is wider than 120 columns', () => {
  const files = globSync(
    ['packages/{*,clients/*}/{src,test}/**/*.ts', 'examples/*/*.ts', 'docs/{.vitepress,test}/**/*.ts'],
    {
      cwd: ROOT,
    },
  );
  const isWide = (line: string): boolean => line.length > 120 && /^\s*(?:\*|\/\/|\/\*)/.test(line);

  expect(
    files.flatMap((file) =>
      linesOf(file)
        .filter(isWide)
        .map((line) => `${file}: ${line}`),
    ),
  ).toEqual([]);
});

test('no source of the core, the evidence or a client is longer than 200 lines', () => {
  const files = globSync('packages/{core,evidence,clients/*}/src/**/*.ts', { cwd: ROOT });

  expect(files.filter((file) => linesOf(file).length > 200)).toEqual([]);
});

test.each(globSync('packages/{*,clients/*}/README.md', { cwd: ROOT }))(
  '%s links to the site, the playground and the examples',
  (file) => {
    const text = linesOf(file).join('\n');

    expect(text).toContain('](https://twicesafe.github.io/twicesafe/)');
    expect(text).toContain('](https://twicesafe.github.io/twicesafe/playground)');
    expect(text).toContain('](https://github.com/twicesafe/twicesafe/tree/main/examples)');
  },
);

test('docs/index.md lists every page', () => {
  const pages = globSync(['*.md', '{start,guides,explanations,migrate}/*.md', '{why,server,decisions}/index.md'], {
    cwd: join(ROOT, 'docs'),
  });
  const listed = linesOf('docs/index.md').map((line) => /^- \[.+\]\((.+)\)$/.exec(line)?.[1]);

  expect(pages.length).toBeGreaterThan(30);
  expect(pages.filter((page) => page !== 'index.md' && !listed.includes(page))).toEqual([]);
});
