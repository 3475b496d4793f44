import type { RequestListener } from 'node:http';
import { Code, ConnectError } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { type Served, serve } from '@twicesafe/testing';
import { GraphQLError } from 'graphql';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import { JSONRPCErrorException, JSONRPCServer } from 'json-rpc-2.0';
import { Orders, RetryInfo } from '../support/orders-service.ts';

/** A real server, and what it executed: `pay`, `read` or `put`, one entry for each execution. */
export interface RealServer extends Served {
  readonly executed: string[];
  /** How often the server answers "later" from now on, before it executes anything. */
  throttles: number;
}

async function listen(
  handler: RequestListener,
  state: Pick<RealServer, 'executed' | 'throttles'>,
): Promise<RealServer> {
  const served = await serve(handler);
  return Object.assign(state, served, { [Symbol.asyncDispose]: () => served.close() });
}

/** graphql-yoga, which throttles as Shopify does: a 200 with a code, no data and a cost that was not spent. */
export function startGraphql(): Promise<RealServer> {
  const state = { executed: [] as string[], throttles: 0 };
  const run = (what: string) => () => String(state.executed.push(what));
  const throttling: Plugin = {
    onExecute({ setResultAndStopExecution }) {
      if (state.throttles-- <= 0) return;
      const throttleStatus = { maximumAvailable: 1000, currentlyAvailable: 0, restoreRate: 50 };
      setResultAndStopExecution({
        errors: [new GraphQLError('Throttled', { extensions: { code: 'THROTTLED', http: { status: 200 } } })],
        extensions: { cost: { requestedQueryCost: 1, actualQueryCost: null, throttleStatus } },
      });
    },
  };
  const yoga = createYoga({
    schema: createSchema({
      typeDefs: 'type Query { orders: String } type Mutation { pay: String }',
      resolvers: { Query: { orders: run('read') }, Mutation: { pay: run('pay') } },
    }),
    plugins: [throttling],
    logging: false,
    batching: true,
  });
  return listen(yoga as RequestListener, state);
}

/** A server of JSON-RPC over HTTP, which throttles as Infura does: an error with the wait in its data. */
export function startJsonRpc(): Promise<RealServer> {
  const state = { executed: [] as string[], throttles: 0 };
  const rpc = new JSONRPCServer({ errorListener: () => {} });
  const method = (name: string, what: string): void =>
    rpc.addMethod(name, () => {
      const { throttles } = state;
      state.throttles -= 1;
      if (throttles > 0) throw new JSONRPCErrorException('limit exceeded', -32005, { backoff_seconds: 0.02 });
      return state.executed.push(what);
    });
  method('eth_call', 'read');
  method('eth_sendRawTransaction', 'put');
  method('eth_sendTransaction', 'pay');
  return listen(async (request, response) => {
    const text = (await request.setEncoding('utf8').toArray()).join('');
    const answer = await rpc.receiveJSON(text);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }, state);
}

/** The server of the MCP SDK, one session for each request, as it runs without state. */
export function startMcp(): Promise<RealServer> {
  const state = { executed: [] as string[], throttles: 0 };
  const tool = (what: string) => () => {
    state.executed.push(what);
    return { content: [] };
  };
  return listen(async (request, response) => {
    const server = new McpServer({ name: 'shop', version: '1.0.0' });
    server.registerTool('search', { annotations: { readOnlyHint: true } }, tool('read'));
    server.registerTool('upsert', { annotations: { idempotentHint: true } }, tool('put'));
    server.registerTool('pay', {}, tool('pay'));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true } as object);
    await server.connect(transport as Parameters<McpServer['connect']>[0]);
    await transport.handleRequest(request, response);
  }, state);
}

/** A Connect server, which throttles with `google.rpc.RetryInfo`. */
export function startConnect(): Promise<RealServer> {
  const state = { executed: [] as string[], throttles: 0 };
  const run = (what: string) => (order: object) => {
    const { throttles } = state;
    state.throttles -= 1;
    if (throttles > 0) {
      const value = { retryDelay: { seconds: 0n, nanos: 20_000_000 } };
      throw new ConnectError('later', Code.ResourceExhausted, undefined, [{ desc: RetryInfo, value }]);
    }
    state.executed.push(what);
    return order;
  };
  const handler = connectNodeAdapter({
    routes(router) {
      router.service(Orders, { get: run('read'), put: run('put'), pay: run('pay') } as never);
    },
  });
  return listen(handler as RequestListener, state);
}
