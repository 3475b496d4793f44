import { describe, expect, test } from 'vitest';
import { judgeJsonRpc } from '../../src/json-rpc/answer.ts';
import { responseOf } from '../support/requests.ts';

const failed = (code: unknown, data?: unknown) => ({ jsonrpc: '2.0', id: 1, error: { code, message: '', data } });
const judge = (body: unknown, status = 200) =>
  judgeJsonRpc(responseOf(status), typeof body === 'string' ? body : JSON.stringify(body));

describe('error codes', () => {
  test.each([-32603, -32005, -32605, -32015, 429])('%i is transient and proves nothing', (code) => {
    expect(judge(failed(code))).toEqual({ verdict: 'transient', subject: `JSON-RPC error \`${code}\`` });
  });

  test.each([-32700, -32601, -32602])('%i is final, and no method ran', (code) => {
    expect(judge(failed(code), 400)).toMatchObject({
      verdict: 'final',
      refused: 'https://www.jsonrpc.org/specification#error_object',
    });
  });

  test.each([-32000, 3, 4001])('%i is final, and may have taken effect', (code) => {
    expect(judge(failed(code))).toEqual({ verdict: 'final', subject: `JSON-RPC error \`${code}\`` });
    expect(judge(failed(code), 503)).toBeUndefined();
  });

  test("Infura's wait is in the data", () => {
    expect(judge(failed(-32005, { backoff_seconds: 30 }), 429)?.waitMs).toBe(30_000);
    expect(judge(failed(-32005, { backoff_seconds: -1 }))?.waitMs).toBeUndefined();
  });
});

describe('batches', () => {
  test('are refused only as a whole', () => {
    expect(judge([failed(-32601), failed(-32602)])?.refused).toBeDefined();
    expect(judge([failed(-32601), { result: 1 }])).toEqual({ verdict: 'final', subject: 'JSON-RPC error `-32601`' });
    expect(judge([failed(-32601), failed(-32005, { backoff_seconds: 2 })])).toEqual({
      verdict: 'transient',
      subject: 'JSON-RPC error `-32005`',
      waitMs: 2_000,
    });
  });
});

describe('an MCP session', () => {
  test('may refuse a request id that a first copy has used, which proves nothing', () => {
    expect(judge(failed(-32600), 400)).toBeUndefined();
    expect(judge(failed(-32600), 200)).toEqual({ verdict: 'final', subject: 'JSON-RPC error `-32600`' });
  });
});

test.each([
  '',
  'x',
  'null',
  '7',
  '[]',
  '{}',
  '{"result":1}',
  '{"error":null}',
  '{"error":{"code":"429"}}',
  '{"error":"no"}',
])('leaves the verdict to the status for %s', (text) => {
  expect(judge(text)).toBeUndefined();
});
