import { join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';

const common: UserConfig = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  dts: true,
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  // Programs parse what they import, and readers find the docstrings in the types. Bundlers need the annotations.
  outputOptions: { comments: { legal: true, annotation: true, jsdoc: false } },
  deps: { neverBundle: [/^node:/] },
};

const core = (file: string): string => join(import.meta.dirname, 'packages/core/src', file);

const coreEntries = { index: 'src/index.ts', adapter: 'src/adapter.ts' };

/**
 * The schemes of the vendors in a file of their own. Rollup, Vite and webpack then keep only the ones that a program
 * names. An object with all of them would be kept whole.
 */
const coreBuild: UserConfig = {
  ...common,
  dts: false,
  workspace: ['packages/core'],
  entry: { ...coreEntries, keys: 'src/keys/keys.ts' },
  outputOptions: { ...common.outputOptions, codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } },
  plugins: {
    name: 'keys',
    resolveId: (source: string, importer?: string) =>
      source === './keys/keys.ts' && importer === core('index.ts') ? { id: './keys.js', external: true } : null,
  },
};

/** One file for each entry point: fifty small ones take longer to load than to run. */
const config: UserConfig[] = defineConfig([
  {
    ...common,
    workspace: ['packages/evidence', 'packages/opentelemetry', 'packages/clients/*'],
    entry: 'src/index.ts',
  },
  // On its own, and without types: they are those of the index.
  { ...common, dts: false, clean: false, workspace: ['packages/evidence'], entry: { browser: 'src/browser.ts' } },
  // Types on their own: with them, the helper of a namespace would be one more file to load.
  coreBuild,
  { ...common, dts: { emitDtsOnly: true }, clean: false, workspace: ['packages/core'], entry: coreEntries },
  {
    ...coreBuild,
    clean: false,
    outDir: 'dist/browser',
    alias: {
      './channels.ts': core('operation/no-channels.ts'),
      './builtin-module.ts': core('operation/no-builtin-module.ts'),
    },
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
  {
    ...common,
    workspace: ['packages/sdks'],
    entry: Object.fromEntries(
      ['index', 'aws', 'azure', 'connect', 'octokit', 'trpc'].map((sdk) => [sdk, `src/${sdk}.ts`]),
    ),
  },
  {
    ...common,
    workspace: ['packages/server'],
    entry: {
      index: 'src/index.ts',
      sqlite: 'src/stores/sqlite.ts',
      redis: 'src/stores/redis.ts',
      postgres: 'src/stores/postgres.ts',
      node: 'src/mounts/node.ts',
      fastify: 'src/mounts/fastify.ts',
      hono: 'src/mounts/hono.ts',
    },
  },
  {
    ...common,
    platform: 'node',
    workspace: ['packages/outbox'],
    entry: {
      index: 'src/index.ts',
      bin: 'src/bin.ts',
      sqlite: 'src/stores/sqlite.ts',
      postgres: 'src/stores/postgres.ts',
    },
  },
  {
    ...common,
    platform: 'node',
    workspace: ['packages/testing'],
    entry: {
      index: 'src/index.ts',
      bin: 'src/bin.ts',
      msw: 'src/msw/index.ts',
      matchers: 'src/matchers/index.ts',
      'matchers/vitest': 'src/matchers/vitest.ts',
      'matchers/jest': 'src/matchers/jest.ts',
      'suites/client': 'src/suites/client/index.ts',
      'suites/store': 'src/suites/store/index.ts',
    },
  },
]);

export default config;
