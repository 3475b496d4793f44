import { existsSync, readFileSync } from 'node:fs';

interface Equivalent {
  /** The name of the mutant. */
  readonly mutant: string;
  /** Why no test can notice it. */
  readonly why: string;
}

/**
 * The names of the mutants of a target that a reader found equivalent: they change the text, but nothing that anybody
 * could observe. The score leaves them out.
 */
export function equivalentsOf(target: string): ReadonlySet<string> {
  const file = new URL(`equivalents/${target.replace('/', '-')}.json`, import.meta.url);
  if (!existsSync(file)) return new Set();
  const found = JSON.parse(readFileSync(file, 'utf8')) as readonly Equivalent[];
  const unexplained = found.find(({ why }) => !why);
  if (unexplained) throw new TypeError(`${unexplained.mutant} needs a reason in ${file.pathname}`);
  return new Set(found.map(({ mutant }) => mutant));
}
