export * from './graphql/graphql.ts';
export * from './json-rpc/json-rpc.ts';
export * from './protocol.ts';
