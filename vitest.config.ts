import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@twicesafe/source'];

const config: ViteUserConfig = defineConfig({
  // Sources are tested, not builds: nothing need be built before the tests run.
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    // A loaded machine of two cores takes its time over a hundred generated histories.
    testTimeout: 20_000,
    include: ['packages/{*,clients/*}/test/**/*.test.ts', 'examples/**/*.test.ts'],
    coverage: {
      include: ['packages/{*,clients/*}/src/**'],
      thresholds: { 'packages/core/src/{decision,effect,keys,pacing,options}/**': { branches: 100 } },
    },
  },
});

export default config;
