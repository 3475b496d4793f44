import { inject } from 'vitest';

// Runs before each test file of a mutant. The process is kept from mutant to mutant, the modules are not: what a mutant
// left in them must not reach the next one.
interface Loaded {
  promise: unknown;
  exports: unknown;
  evaluated: boolean;
  readonly importers: Set<string>;
}

interface Worker {
  readonly evaluatedModules: { readonly idToModuleMap: ReadonlyMap<string, Loaded> };
}

interface Scope {
  readonly __vitest_worker__: Worker;
  /** Where Stryker keeps the active mutant. */
  readonly __stryker__?: { activeMutant?: string | undefined };
  run?: number;
}

const OURS = /\/(packages|examples|docs)\/(?!.*node_modules)(?!lab\/src\/mutation\/)/;
const scope = globalThis as unknown as Scope;

// Only a static mutant acts while modules load. The others are activated when the tests of the file begin.
if (scope.__stryker__)
  scope.__stryker__.activeMutant =
    inject('mutantActivation' as never) === 'static' ? (inject('activeMutant' as never) as string) : undefined;

const run = inject('run' as never) as number;
// The tests of clients mock modules, so each file has modules of its own.
if (scope.run !== run || inject('ownModules' as never)) {
  scope.run = run;
  for (const [path, node] of scope.__vitest_worker__.evaluatedModules.idToModuleMap) {
    if (!OURS.test(path)) continue;
    node.promise = undefined;
    node.exports = undefined;
    node.evaluated = false;
    node.importers.clear();
  }
}
