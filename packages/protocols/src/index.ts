export * from './connect/connect.ts';
export * from './graphql/graphql.ts';
export * from './json-rpc/json-rpc.ts';
export * as judges from './judges/judges.ts';
export * from './openapi/open-api.ts';
export type * from './protocol.ts';
