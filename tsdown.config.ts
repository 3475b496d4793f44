import { defineConfig, type UserConfig } from 'tsdown';

const common: UserConfig = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
};

/** One file for each package: fifty small ones take longer to load than to run. A package of entry points has one for each. */
const config: UserConfig[] = defineConfig([
  {
    ...common,
    workspace: ['packages/core', 'packages/evidence', 'packages/clients/fetch', 'packages/clients/ky'],
    entry: 'src/index.ts',
  },
  {
    ...common,
    workspace: ['packages/protocols'],
    entry: {
      index: 'src/index.ts',
      graphql: 'src/graphql/graphql.ts',
      'json-rpc': 'src/json-rpc/json-rpc.ts',
      connect: 'src/connect/connect.ts',
      openapi: 'src/openapi/open-api.ts',
    },
  },
]);

export default config;
