import { defineConfig, type UserConfig } from 'tsdown';

const shared: UserConfig = {
  format: 'esm',
  target: 'es2023',
  dts: true,
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
};

/** One file for each package: fifty small ones take longer to load than to run. */
const config: UserConfig[] = defineConfig([
  {
    ...shared,
    workspace: ['packages/evidence', 'packages/clients/fetch', 'packages/clients/ky'],
    entry: 'src/index.ts',
    platform: 'neutral',
  },
  {
    ...shared,
    workspace: ['packages/clients/undici', 'packages/clients/agent'],
    entry: 'src/index.ts',
    platform: 'node',
  },
  {
    ...shared,
    workspace: ['packages/core'],
    entry: { index: 'src/index.ts', user: 'src/user.ts' },
    platform: 'neutral',
  },
  {
    ...shared,
    workspace: ['packages/testing'],
    entry: {
      index: 'src/index.ts',
      bin: 'src/bin.ts',
      msw: 'src/msw/index.ts',
      matchers: 'src/matchers/index.ts',
      'matchers/vitest': 'src/matchers/vitest.ts',
      'matchers/jest': 'src/matchers/jest.ts',
      'suites/client': 'src/suites/client/index.ts',
    },
    platform: 'node',
  },
]);

export default config;
