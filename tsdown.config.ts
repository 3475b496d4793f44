import { defineConfig, type UserConfig } from 'tsdown';

const common: UserConfig = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
};

/** One file for each entry point: fifty small ones take longer to load than to run. */
const config: UserConfig[] = defineConfig([
  {
    ...common,
    workspace: ['packages/core', 'packages/evidence', 'packages/clients/fetch', 'packages/clients/ky'],
    entry: 'src/index.ts',
  },
  {
    ...common,
    workspace: ['packages/server'],
    entry: {
      index: 'src/index.ts',
      conformance: 'src/conformance.ts',
      sqlite: 'src/stores/sqlite.ts',
      redis: 'src/stores/redis.ts',
      postgres: 'src/stores/postgres.ts',
      node: 'src/mounts/node.ts',
      fastify: 'src/mounts/fastify.ts',
      hono: 'src/mounts/hono.ts',
    },
    deps: { neverBundle: [/^node:/] },
  },
]);

export default config;
