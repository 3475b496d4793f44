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

/** Every block of TypeScript in the pages. */
export const snippets: readonly Snippet[] = pages.sort().flatMap(snippetsOf);

function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(REPOSITORY, page), 'utf8');
  return [...text.matchAll(/^```ts\b(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: mark = '', 2: code = '' }) => ({
    name: `${page.replaceAll(/[/.]/g, '-')}-${text.slice(0, index).split('\n').length}`,
    source: `${contextOf(code)}\nexport {};\n${statementsOf(code)}`,
    runs: mark.trim() === 'run',
  }));
}

/** A block that shows members of an object becomes that object. */
function statementsOf(code: string): string {
  return /^\w+: /.test(code) ? `void ({\n${code}\n} satisfies Shown);` : code;
}
