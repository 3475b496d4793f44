import type { Plugin, TestProjectInlineConfiguration } from 'vitest/config';

interface Peers {
  readonly name: string;
  /** The tests that run again. */
  readonly include: readonly string[];
  /** What replaces each package, in the tests and in the sources. */
  readonly replaced: Readonly<Record<string, string>>;
  /** Whether only the sources get the replacements. */
  readonly sourcesOnly?: boolean;
}

/** The lowest version of each peer range. The clients in `packages/clients` name theirs in their own tests. */
const PEERS: readonly Peers[] = [
  {
    name: 'oldest-server',
    include: ['packages/server/test/mounts/{fastify,hono}.test.ts'],
    // CORS of Hono 4.0 overwrites the application's Vary, so that middleware stays new.
    replaced: { fastify: 'fastify-oldest', 'hono(?!/cors)': 'hono-oldest' },
  },
  {
    name: 'express-4',
    include: ['packages/server/test/mounts/express.test.ts'],
    replaced: { express: 'express-4' },
  },
  {
    name: 'oldest-postgres',
    include: ['packages/server/test/stores/postgres.test.ts', 'packages/outbox/test/{faults,postgres}.test.ts'],
    replaced: { pg: 'pg-oldest' },
  },
  {
    name: 'oldest-sdks',
    include: ['packages/sdks/test/*.test.ts'],
    replaced: {
      '@azure/core-rest-pipeline': 'azure-oldest',
      '@connectrpc/connect': 'connect-oldest',
      '@connectrpc/connect-node': 'connect-node-oldest',
      '@octokit/core': 'octokit-oldest',
      '@trpc/client': 'trpc-client-oldest',
      '@trpc/server': 'trpc-server-oldest',
    },
  },
  {
    name: 'oldest-opentelemetry',
    include: ['packages/opentelemetry/test/*.test.ts'],
    // The SDK of the tests reads globals only from an API as new as its own.
    sourcesOnly: true,
    replaced: { '@opentelemetry/api': 'api-oldest' },
  },
  {
    name: 'msw-2',
    include: ['packages/testing/test/{msw,recipes}/{handlers-for,msw}.test.ts'],
    replaced: { msw: 'msw-2-oldest' },
  },
  {
    name: 'msw-3',
    include: ['packages/testing/test/{msw,recipes}/{handlers-for,msw}.test.ts'],
    replaced: { msw: 'msw-3-oldest' },
  },
  {
    name: 'oldest-suites',
    include: ['packages/clients/fetch/test/contract.test.ts'],
    replaced: { 'fast-check': 'fast-check-oldest', undici: 'undici-oldest' },
  },
];

/** A project for each, which runs the tests with the lowest version in place of the newest. */
export const oldestPeers: readonly TestProjectInlineConfiguration[] = PEERS.map((peers) => ({
  extends: true,
  plugins: [replacing(peers)],
  test: { name: peers.name, include: [...peers.include] },
}));

function replacing({ name, replaced, sourcesOnly = false }: Peers): Plugin {
  const rules = Object.entries(replaced).map(([from, to]) => [new RegExp(`^${from}(?=/|$)`), to] as const);
  return {
    name,
    enforce: 'pre',
    async resolveId(source, importer) {
      const rule = rules.find(([from]) => from.test(source));
      if (rule === undefined || (sourcesOnly && !importer?.includes('/src/'))) return null;
      const target = source.replace(...rule);
      return (await this.resolve(target, importer, { skipSelf: true })) ?? this.error(`${target} is not installed`);
    },
  };
}
