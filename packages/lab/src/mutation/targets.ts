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

/** The folders of the core and of evidence, each with the tests of clients that were written for it. */
const CORE = {
  decision: [],
  effect: [],
  keys: [],
  pacing: [],
  options: [],
  operation: ['fetch/test/{with-retry,outer-bodies}'],
} as const;
const EVIDENCE = {
  delivery: ['fetch/test/browser', 'axios/test/{proof,xhr}', 'got/test/proof'],
  copies: ['{fetch,undici,axios}/test/inner-copies'],
  fetch: ['fetch/test/{browser,callers-view,http2,inner-copies,neighbours}'],
} as const;
const clients = readdirSync(new URL('../../../clients/', import.meta.url));

/** Everything that can be mutated, in parts that a busy machine can take one after the other. */
export const TARGETS: readonly Target[] = [
  ...Object.entries(CORE).map(([folder, clientTests]) => part('core', folder, clientTests)),
  { ...part('core', 'headers-from'), mutate: ['packages/core/src/headers-from.ts'] },
  ...Object.entries(EVIDENCE).map(([folder, clientTests]) => part('evidence', folder, clientTests)),
  { ...part('evidence', 'bodies'), mutate: ['packages/evidence/src/*.ts'] },
  ...clients.map((client) => ({
    package: client,
    name: client,
    mutate: [`packages/clients/${client}/src/**/*.ts`],
    // The contract with the newest version of a client notices what the contract with an older one does.
    tests: [`packages/clients/${client}/test/**/!(contract-*).test.ts`],
  })),
];

/** One folder of a package, against all tests of that package and some of clients. */
function part(name: string, folder: string, clientTests: readonly string[] = []): Target {
  return {
    package: name,
    name: `${name}/${folder}`,
    mutate: [`packages/${name}/src/${folder}/**/*.ts`],
    tests: [`packages/${name}/test/**/*.test.ts`, ...clientTests.map((test) => `packages/clients/${test}.test.ts`)],
  };
}
