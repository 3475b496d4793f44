import { describe, expect, test } from 'vitest';
import { ethereum, jsonRpc, mcp } from '../../src/json-rpc/json-rpc.ts';
import { jsonRequest, requestOf } from '../support/requests.ts';

const call = (method: unknown, params?: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params });
const semantics = (payload: unknown, options = {}) =>
  jsonRpc({ ...ethereum, ...options }).read(jsonRequest(payload))?.semantics;

describe('Ethereum', () => {
  test.each([
    'eth_call',
    'eth_getLogs',
    'eth_getFilterLogs',
    'eth_getTransactionReceipt',
    'net_version',
    'debug_traceCall',
  ])('%s is safe', (method) => {
    expect(semantics(call(method))).toBe('safe');
  });

  test('the same signed transaction is idempotent', () => {
    expect(semantics(call('eth_sendRawTransaction', ['0x1']))).toBe('idempotent');
  });

  test.each([
    'eth_getFilterChanges',
    'eth_newFilter',
    'eth_subscribe',
    'eth_sendTransaction',
    'eth_sign',
    'wallet_sendCalls',
    'evm_mine',
    'personal_sendTransaction',
    'hardhat_setBalance',
    'ETH_CALL',
    'eth_call ',
    '__proto__',
    'constructor',
  ])('%s keeps the verdict of POST', (method) => {
    expect(semantics(call(method))).toBe('method');
  });
});

describe('batches', () => {
  test('are as safe as their most dangerous call', () => {
    expect(semantics([call('eth_call'), call('net_version')])).toBe('safe');
    expect(semantics([call('eth_call'), call('eth_sendRawTransaction')])).toBe('idempotent');
    expect(
      jsonRpc(ethereum).read(jsonRequest([call('eth_call'), call('eth_sign'), call('eth_sendRawTransaction')])),
    ).toEqual({
      subject: 'JSON-RPC batch of 3 with call `eth_sign`',
      semantics: 'method',
    });
  });

  test('may have calls without an id', () => {
    expect(semantics([{ jsonrpc: '2.0', method: 'eth_call' }])).toBe('safe');
  });
});

describe('MCP', () => {
  const tools = { search: { readOnlyHint: true }, archive: { idempotentHint: true }, pay: { readOnlyHint: false } };
  const { read } = jsonRpc({ ...mcp, tools });
  const tool = (name: unknown) => read(jsonRequest(call('tools/call', { name, arguments: {} })));

  test('lists and reads are safe, and a second initialize would open a second session', () => {
    expect(read(jsonRequest(call('tools/list')))?.semantics).toBe('safe');
    expect(read(jsonRequest(call('resources/subscribe')))?.semantics).toBe('idempotent');
    expect(read(jsonRequest(call('initialize')))?.semantics).toBe('method');
  });

  test('tools have the hints that the caller trusts', () => {
    expect(tool('search')).toEqual({ subject: 'JSON-RPC call `tools/call` of `search`', semantics: 'safe' });
    expect(tool('archive')?.semantics).toBe('idempotent');
    expect(['pay', 'other', 'toString', 7, undefined].map((name) => tool(name)?.semantics)).toEqual(
      Array(5).fill('method'),
    );
  });

  test('another method with the name of a tool is none', () => {
    expect(read(jsonRequest(call('other/call', { name: 'search' })))?.semantics).toBe('method');
  });
});

describe('what is not JSON-RPC', () => {
  test.each<readonly [string, unknown]>([
    ['an answer', { jsonrpc: '2.0', id: 1, result: {} }],
    ['an answer with a method', { jsonrpc: '2.0', id: 1, method: 'eth_call', result: {} }],
    ['another version', { jsonrpc: '1.0', method: 'eth_call' }],
    ['no version', { method: 'eth_call' }],
    ['a second method in other letters', { jsonrpc: '2.0', method: 'eth_call', Method: 'eth_sign' }],
    ['no method', { jsonrpc: '2.0' }],
    ['a number for a method', call(7)],
    ['an empty batch', []],
    ['a batch with something else', [call('eth_call'), 7]],
    ['null', null],
    ['text', 'eth_call'],
  ])('%s', (_, payload) => {
    expect(semantics(payload)).toBeUndefined();
  });

  test('a stream, a GET and another media type', () => {
    const body = JSON.stringify(call('eth_call'));
    const { read } = jsonRpc(ethereum);

    expect(read(requestOf('POST', 'https://a.example'))).toBeUndefined();
    expect(read(requestOf('GET', 'https://a.example', { body }))).toBeUndefined();
    expect(
      read(requestOf('POST', 'https://a.example', { body, headers: { 'content-type': 'text/xml' } })),
    ).toBeUndefined();
  });
});

test('url limits it to some servers', () => {
  expect(semantics(call('eth_call'), { url: /other/ })).toBeUndefined();
  expect(semantics(call('eth_call'), { url: /api\.example/y })).toBeUndefined();
  expect(semantics(call('eth_call'), { url: /api\.example/ })).toBe('safe');
});

test.each([
  [{ safe: 'eth_call' }, 'jsonRpc: safe must be a list of method names'],
  [{ idempotent: [7] }, 'jsonRpc: idempotent must be a list of method names'],
  [{ url: {} }, 'jsonRpc: url must have a method test(url)'],
])('refuses %j', (options, message) => {
  expect(() => jsonRpc(options as never)).toThrow(message);
});
