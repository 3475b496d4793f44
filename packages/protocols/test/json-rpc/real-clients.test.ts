import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { serve } from '@twicesafe/testing';
import { createWalletClient, http, publicActions } from 'viem';
import { mainnet } from 'viem/chains';
import { expect, test, vi } from 'vitest';
import { ethereum, jsonRpc, mcp } from '../../src/json-rpc/json-rpc.ts';
import type { Protocol } from '../../src/protocol.ts';
import { type Recorder, recorder } from '../support/recorder.ts';

// Loading these servers and clients takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

function readings({ requests }: Recorder, protocol: Protocol): readonly string[] {
  const found = requests.map((request) => protocol.read(request));
  return found.flatMap((reading) =>
    reading ? [`${reading.subject.replace('JSON-RPC ', '')}: ${reading.semantics}`] : [],
  );
}

test('viem', async () => {
  const wire = recorder(async (request) => {
    const body = await request.json();
    const answer = ({ id, method }: { id: number; method: string }) => ({
      jsonrpc: '2.0',
      id,
      result: method === 'eth_blockNumber' ? '0x1' : `0x${'0'.repeat(64)}`,
    });
    return Response.json(Array.isArray(body) ? body.map(answer) : answer(body));
  });
  const options = { fetchFn: wire.fetch };
  const client = createWalletClient({ chain: mainnet, transport: http('https://node.example/', options) }).extend(
    publicActions,
  );
  const batching = createWalletClient({
    chain: mainnet,
    transport: http('https://node.example/', { ...options, batch: true }),
  }).extend(publicActions);

  await client.getBlockNumber();
  await client.sendRawTransaction({ serializedTransaction: '0x01' });
  await client.request({
    method: 'eth_sendTransaction',
    params: [{ from: '0x0000000000000000000000000000000000000001' }],
  });
  await Promise.all([batching.getGasPrice(), batching.getChainId()]);

  expect(readings(wire, jsonRpc(ethereum))).toEqual([
    'call `eth_blockNumber`: safe',
    'call `eth_sendRawTransaction`: idempotent',
    'call `eth_sendTransaction`: method',
    'batch of 2 with call `eth_gasPrice`: safe',
  ]);
});

test("the MCP SDK's client, on its server over HTTP", async () => {
  const server = new McpServer({ name: 'shop', version: '1.0.0' });
  server.registerTool('search', { annotations: { readOnlyHint: true } }, () => ({ content: [] }));
  server.registerTool('pay', {}, () => ({ content: [] }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => 's1' });
  await server.connect(transport as Transport);
  await using served = await serve((request, response) => void transport.handleRequest(request, response));
  const url = new URL('mcp', served.url);
  const wire = recorder((request) => fetch(request));
  const client = new Client({ name: 'test', version: '1.0.0' });

  await client.connect(new StreamableHTTPClientTransport(url, { fetch: wire.fetch }) as Transport);
  const { tools } = await client.listTools();
  await client.callTool({ name: 'search' });
  await client.callTool({ name: 'pay' });
  await client.close();
  await server.close();

  const trusted = Object.fromEntries(tools.map(({ name, annotations = {} }) => [name, annotations]));
  expect(readings(wire, jsonRpc({ ...mcp, tools: trusted as Record<string, { readOnlyHint?: boolean }> }))).toEqual([
    'call `initialize`: method',
    'call `notifications/initialized`: method',
    'call `tools/list`: safe',
    'call `tools/call` of `search`: safe',
    'call `tools/call` of `pay`: method',
  ]);
  expect(wire.requests.at(-1)?.headers.get('mcp-session-id')).toBe('s1');
});
