import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { oldestPeers } from './vitest.oldest.ts';

const conditions = ['@twicesafe/source'];
const include = ['packages/{*,clients/*}/test/**/*.test.ts', 'examples/**/*.test.ts', 'docs/test/*.test.ts'];

const config: ViteUserConfig = defineConfig({
  // Sources are tested, not builds: nothing need be built before the tests run.
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    // Properties run hundreds of histories, with coverage, on machines that may be busy.
    testTimeout: 60_000,
    coverage: {
      include: ['packages/{*,clients/*}/src/**'],
      thresholds: { 'packages/core/src/{decision,effect,keys,pacing,options}/**': { branches: 100 } },
    },
    projects: [{ extends: true, test: { name: 'newest', include } }, ...oldestPeers],
  },
});

export default config;
