import type { OpenStore } from './store-cases.ts';
import { storeCases } from './store-cases.ts';

/** The two functions of a test runner that the suite needs. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  test(name: string, run: () => Promise<void>): unknown;
}

// Looked up when this module is loaded, because tests are defined synchronously. vitest sets VITEST in its workers.
const runner: TestRunner = process.env.VITEST ? await import('vitest') : await import('node:test');

/**
 * Defines the tests that every store passes, on the store's real server. Call it in a test file of vitest or node:test.
 *
 * @param openStore - Opens the store under test. Called once for each test. Tests use keys of their own, so that they
 *   may share a database.
 * @param on - The runner to define the tests with. The default is the one that runs this file.
 * @example
 * storeConformance(() => redisStore(new Redis(process.env.REDIS_URL)));
 */
export function storeConformance(openStore: OpenStore, on: TestRunner = runner): void {
  on.describe('the store', () => {
    for (const { name, run } of storeCases(openStore)) on.test(name, run);
  });
}
