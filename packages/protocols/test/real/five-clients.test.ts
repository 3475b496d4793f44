import { type FaultName, faultProxy } from '@twicesafe/testing';
import { describe, expect, test, vi } from 'vitest';
import { connect, ethereum, graphql, jsonRpc, judges, mcp, type Protocol } from '../../src/index.ts';
import { Orders } from '../support/orders-service.ts';
import { clients, type Ended, type Post, type ProtocolClient } from './clients.ts';
import { type RealServer, startConnect, startGraphql, startJsonRpc, startMcp } from './servers.ts';

// Loading these servers and clients takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

interface Speech {
  readonly name: string;
  readonly start: () => Promise<RealServer>;
  readonly protocol: Protocol;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a call that only reads, one that is idempotent, and one that pays sends. */
  readonly calls: { readonly read: unknown; readonly put?: unknown; readonly pay: unknown };
  readonly paths?: Readonly<Record<string, string>>;
}

const call = (method: string, params: unknown = []) => ({ jsonrpc: '2.0', id: 1, method, params });
const tool = (name: string) => call('tools/call', { name, arguments: {} });

const SPEECHES: readonly Speech[] = [
  {
    name: 'GraphQL, on graphql-yoga',
    start: startGraphql,
    protocol: graphql({ judge: judges.graphql }),
    path: '/graphql',
    calls: { read: { query: 'query Orders { orders }' }, pay: { query: 'mutation Pay { pay }' } },
  },
  {
    name: 'a GraphQL batch, on graphql-yoga',
    start: startGraphql,
    protocol: graphql({ judge: judges.graphql }),
    path: '/graphql',
    calls: { read: [{ query: '{ orders }' }], pay: [{ query: '{ orders }' }, { query: 'mutation { pay }' }] },
  },
  {
    name: 'JSON-RPC, on json-rpc-2.0',
    start: startJsonRpc,
    protocol: jsonRpc({ ...ethereum, judge: judges.jsonRpc }),
    path: '/',
    calls: {
      read: call('eth_call'),
      put: call('eth_sendRawTransaction', ['0x01']),
      pay: call('eth_sendTransaction', [{}]),
    },
  },
  {
    name: "MCP, on the SDK's server",
    start: startMcp,
    protocol: jsonRpc({
      ...mcp,
      judge: judges.jsonRpc,
      tools: { search: { readOnlyHint: true }, upsert: { idempotentHint: true } },
    }),
    path: '/mcp',
    headers: { accept: 'application/json, text/event-stream' },
    calls: { read: tool('search'), put: tool('upsert'), pay: tool('pay') },
  },
  {
    name: 'Connect, on connect-node',
    start: startConnect,
    protocol: connect(Orders),
    path: '/shop.v1.Orders/',
    headers: { 'connect-protocol-version': '1' },
    calls: { read: {}, put: {}, pay: {} },
    paths: { read: 'Get', put: 'Put', pay: 'Pay' },
  },
];

type Kind = keyof Speech['calls'];

function postOf({ path, paths, headers, calls }: Speech, kind: Kind, base: string): Post {
  return {
    url: new URL(path + (paths?.[kind] ?? ''), base).href,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(calls[kind]),
  };
}

async function send(client: ProtocolClient, speech: Speech, server: RealServer, kind: Kind, fault: FaultName = 'none') {
  const wrapped = client.wrap({ protocols: [speech.protocol], backoff: () => 1 });
  // What a proxy in this process forwards may be a copy by a neighbour, so nothing would be refused behind it.
  if (fault === 'none') return await wrapped(postOf(speech, kind, server.url));
  await using proxy = await faultProxy(server.url);
  proxy.plays(fault);
  return await wrapped(postOf(speech, kind, proxy.url));
}

const reasonsOf = ({ report }: Ended) => report?.attempts.map(({ decision }) => decision.reason);

describe.each(clients)('$name', (client) => {
  describe.each(SPEECHES)('$name', (speech) => {
    test('a call that changes nothing is recovered after its answer was lost', async () => {
      await using server = await speech.start();

      const { status, report } = await send(client, speech, server, 'read', 'resetAfter');

      expect(status).toBe(200);
      expect(server.executed).toEqual(['read', 'read']);
      expect(report?.attempts[0]?.decision.reason).toBe('protocol-safe');
      expect(report?.effect).toBe('not-applied');
    });

    test.runIf(speech.calls.put)('an idempotent call is recovered, and has an effect', async () => {
      await using server = await speech.start();

      const { status, report } = await send(client, speech, server, 'put', 'resetAfter');

      expect([status, server.executed]).toEqual([200, ['put', 'put']]);
      expect(report?.attempts[0]?.decision.reason).toBe('protocol-idempotent');
      expect(report?.effect).toBe('applied');
    });

    test.each<FaultName>(['resetAfter', 'lost502', 'closeAfter'])(
      'a payment is never doubled after %s',
      async (fault) => {
        await using server = await speech.start();

        const { report } = await send(client, speech, server, 'pay', fault);

        expect(server.executed.filter((what) => what === 'pay')).toEqual(['pay']);
        expect(report?.effect).toBe('maybe-applied');
      },
    );

    test('a payment that succeeds is sent once', async () => {
      await using server = await speech.start();

      const { status, report } = await send(client, speech, server, 'pay');

      expect([status, report?.effect, reasonsOf({ text: '', report })]).toEqual([200, 'applied', ['succeeded']]);
    });
  });

  test("a GraphQL mutation throttled by Shopify runs once, after the bucket's wait", async () => {
    await using server = await startGraphql();
    server.throttles = 1;

    const ended = await send(client, SPEECHES[0] as Speech, server, 'pay');

    expect(reasonsOf(ended)).toEqual(['refused', 'succeeded']);
    expect(server.executed).toEqual(['pay']);
    expect(ended.text).toContain('"data"');
    const [first] = ended.report?.attempts ?? [];
    expect(first?.decision.action === 'retry' && first.decision.waitMs).toBeGreaterThanOrEqual(20);
    expect(first).toMatchObject({
      delivery: 'refused',
      outcome: { status: 200, answer: { subject: 'GraphQL error `THROTTLED`' } },
    });
  });

  test('a JSON-RPC read waits for backoff_seconds, and a payment is sent once', async () => {
    await using server = await startJsonRpc();
    const [, , speech] = SPEECHES as [Speech, Speech, Speech];
    server.throttles = 1;

    const read = await send(client, speech, server, 'read');
    server.throttles = 1;
    const payment = await send(client, speech, server, 'pay');

    expect(reasonsOf(read)).toEqual(['protocol-safe', 'succeeded']);
    const [first] = read.report?.attempts ?? [];
    expect(first?.decision.action === 'retry' && first.decision.waitMs).toBeGreaterThanOrEqual(20);
    expect(payment.text).toContain('-32005');
    expect([reasonsOf(payment), payment.report?.effect]).toEqual([['not-repeatable'], 'maybe-applied']);
    expect(server.executed).toEqual(['read']);
  });

  test('a Connect read waits for RetryInfo, and a payment is sent once', async () => {
    await using server = await startConnect();
    const speech = SPEECHES.at(-1) as Speech;
    server.throttles = 1;

    const read = await send(client, speech, server, 'read');
    server.throttles = 1;
    const payment = await send(client, speech, server, 'pay');

    expect(reasonsOf(read)).toEqual(['protocol-safe', 'succeeded']);
    expect([payment.status, reasonsOf(payment)]).toEqual([429, ['not-repeatable']]);
    expect(server.executed).toEqual(['read']);
  });
});
