import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@twicesafe/source'];

const config: ViteUserConfig = defineConfig({
  // Sources are tested, not builds: nothing need be built before the tests run.
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: ['packages/{*,clients/*}/test/**/*.test.ts', 'examples/**/*.test.ts', 'docs/test/*.test.ts'],
    // Properties run hundreds of histories, with coverage, on machines that may be busy.
    testTimeout: 60_000,
    coverage: {
      include: ['packages/{*,clients/*}/src/**'],
      thresholds: { 'packages/core/src/{decision,effect,keys,pacing,options}/**': { branches: 100 } },
    },
  },
});

export default config;
