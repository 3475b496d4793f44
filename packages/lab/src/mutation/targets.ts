import { readdirSync } from 'node:fs';

/** A group of sources that is mutated in one run, and the tests that must notice. */
export interface Target {
  /** The package that the score counts for. */
  readonly package: string;
  /** Names the target on the command line. */
  readonly name: string;
  /** Globs of the sources. */
  readonly mutate: readonly string[];
  /** Globs of the tests. */
  readonly tests: readonly string[];
}

const CORE = ['decision', 'effect', 'keys', 'pacing', 'options', 'operation'];
const EVIDENCE = ['delivery', 'fetch'];
const clients = readdirSync(new URL('../../../clients/', import.meta.url));

/** Everything that can be mutated, in parts that a busy machine can take one after the other. */
export const TARGETS: readonly Target[] = [
  ...CORE.map((folder) => part('core', folder)),
  { ...part('core', 'headers-from'), mutate: ['packages/core/src/headers-from.ts'] },
  ...EVIDENCE.map((folder) => part('evidence', folder)),
  { ...part('evidence', 'bodies'), mutate: ['packages/evidence/src/*.ts'] },
  ...clients.map((client) => ({
    package: client,
    name: client,
    mutate: [`packages/clients/${client}/src/**/*.ts`],
    tests: [`packages/clients/${client}/test/**/*.test.ts`],
  })),
];

/** One folder of a package, against all tests of that package. */
function part(name: string, folder: string): Target {
  return {
    package: name,
    name: `${name}/${folder}`,
    mutate: [`packages/${name}/src/${folder}/**/*.ts`],
    tests: [`packages/${name}/test/**/*.test.ts`],
  };
}
