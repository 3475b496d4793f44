import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextOf } from './context.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** A block of TypeScript in a page. */
export interface Snippet {
  /** The page and the line, as a file name. */
  readonly name: string;
  /** A whole module: the block, and before it what the page takes for granted. */
  readonly source: string;
  /** Whether the block is marked with `run`. */
  readonly runs: boolean;
}

/** The recipes of docs/works-with.md are files of the lab, compiled and run there. */
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md', 'packages/clients/*/README.md'], {
  cwd: REPOSITORY,
  exclude: ['**/node_modules/**', 'docs/reference/**', 'docs/works-with.md'],
});

/** Every block of TypeScript in the pages, and what every diff leads to. */
export const snippets: readonly Snippet[] = pages.sort().flatMap(snippetsOf);

function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(REPOSITORY, page), 'utf8');
  return [...text.matchAll(/^```(ts|diff)\b(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: kind, 2: mark = '', 3: block = '' }) => {
      const code = kind === 'diff' ? resultOf(block) : block;
      return {
        name: `${page.replaceAll(/[/.]/g, '-')}-${text.slice(0, index).split('\n').length}`,
        source: `${contextOf(code)}\nexport {};\n${statementsOf(code)}`,
        runs: mark.trim() === 'run',
      };
    },
  );
}

/** What stands there after a diff. */
function resultOf(diff: string): string {
  return diff.replaceAll(/^-.*\n/gm, '').replaceAll(/^[+ ]/gm, '');
}

/** A block that shows members of an object becomes that object. */
function statementsOf(code: string): string {
  return /^\w+: /.test(code) ? `void ({\n${code}\n} satisfies Shown);` : code;
}
