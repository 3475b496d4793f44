import type { Target } from './targets.ts';

/** The files that the configuration names, as paths in the workspace. */
const SHORT_PROPERTIES = 'packages/lab/src/mutation/short-properties.ts';

/**
 * The text of a vitest configuration for the mutants of a target: its tests in one process, those of the mutated folder
 * first. The first failed test ends a mutant, so the order decides how long a mutant takes.
 *
 * @param withContract - Whether the long contract of clients runs too, after all others.
 */
export function vitestConfig({ tests, name }: Target, withContract: boolean): string {
  const near = `/test/${name.split('/').at(-1)}/`;
  return `import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import base from './vitest.config.ts';

const short = fileURLToPath(new URL('${SHORT_PROPERTIES}', import.meta.url));
const isLong = (path) => path.endsWith('/contract.test.ts');
const cost = ({ moduleId: path }) => (isLong(path) ? 2e9 : path.includes('${near}') ? 0 : 1e9) + statSync(path).size;

export default {
  ...base,
  plugins: [
    {
      name: 'short-properties',
      enforce: 'pre',
      resolveId: (source, importer) => (source === 'fast-check' && importer !== short ? short : undefined),
    },
  ],
  test: {
    ...base.test,
    projects: undefined,
    include: ${JSON.stringify(tests)},
    exclude: ${JSON.stringify(withContract ? [] : ['**/contract.test.ts'])},
    // Stryker prints what matters; vitest would print every failed test of every mutant.
    reporters: [{}],
    isolate: false,
    provide: { ownModules: ${tests.some((glob) => glob.includes('/clients/'))} },
    // Mutants that make a promise hang are many, and each waits as long as this. No test takes a second without one.
    testTimeout: 8_000,
    sequence: { sequencer: class { shard = (files) => files; sort = (files) => files.toSorted((a, b) => cost(a) - cost(b)); } },
  },
};
`;
}
