import { defineConfig, type UserConfig } from 'tsdown';

/** One file for each package: fifty small ones take longer to load than to run. */
const config: UserConfig = defineConfig({
  workspace: ['packages/core', 'packages/evidence', 'packages/clients/fetch', 'packages/clients/ky'],
  entry: 'src/index.ts',
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
});

export default config;
