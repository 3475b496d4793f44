import { protocol } from '@twicesafe/core';
import type { BodyJudge, Protocol, ProtocolReading, ProtocolRequest, UrlTest } from '../protocol.ts';
import { batchReading } from '../shared/batch.ts';
import { quoted } from '../shared/quoted.ts';
import { checkedUrlTest } from '../shared/url-test.ts';
import { callsOf, type JsonRpcCall } from './calls.ts';

export { ethereum } from './ethereum.ts';
export { mcp } from './mcp.ts';

/** An MCP server's hints about a tool (`ToolAnnotations`). Trust them only if you trust the server. */
export interface ToolHints {
  /** The tool only reads. */
  readonly readOnlyHint?: boolean;
  /** A second call with the same arguments is harmless. */
  readonly idempotentHint?: boolean;
}

/** The options of {@link jsonRpc}. JSON-RPC itself doesn't define which methods are safe. */
export interface JsonRpcOptions {
  /**
   * The URLs of JSON-RPC servers.
   *
   * @default every URL, because a body is recognized by its properties
   */
  readonly url?: UrlTest;
  /**
   * Methods that only read, by exact name. Prefixes aren't supported, because `eth_getFilterChanges` consumes its
   * changes.
   */
  readonly safe?: readonly string[];
  /** Methods that change something and whose duplicates are harmless, by exact name. */
  readonly idempotent?: readonly string[];
  /**
   * The tools of an MCP server that you trust, by name. Every other `tools/call` is treated like POST.
   *
   * @example
   * jsonRpc({ ...mcp, tools: { search: { readOnlyHint: true } } })
   */
  readonly tools?: Readonly<Record<string, ToolHints>>;
  /**
   * Judges the responses by their bodies, because a JSON-RPC server sends its errors in a 200. `judges.jsonRpc` knows
   * the codes of throttling, and Infura's wait.
   *
   * @default none, so the status decides, and no body is read
   */
  readonly judge?: BodyJudge;
}

/**
 * Reads JSON-RPC 2.0 requests. Calls of the methods that you list are safe or idempotent. Other calls are judged by the
 * HTTP method. A batch is as safe as its most dangerous call.
 *
 * @throws {TypeError} If an option is invalid.
 * @example
 * wrapFetch(fetch, { protocols: [jsonRpc({ ...ethereum, judge: judges.jsonRpc })] });
 */
export function jsonRpc(options: JsonRpcOptions): Protocol {
  const url = checkedUrlTest('jsonRpc', options.url);
  const safe = checkedNames('safe', options.safe);
  const idempotent = checkedNames('idempotent', options.idempotent);
  const { judge } = options;
  const tools = new Map<unknown, ToolHints>(Object.entries(options.tools ?? {}));

  function read(request: ProtocolRequest): ProtocolReading | undefined {
    return url?.test(request.url) === false ? undefined : batchReading('JSON-RPC', callsOf(request).map(readCall));
  }

  function readCall(call: JsonRpcCall | undefined): ProtocolReading | undefined {
    if (!call) return undefined;
    const { method, tool } = call;
    const hints = tools.get(tool);
    const isSafe = safe.has(method) || hints?.readOnlyHint === true;
    const isIdempotent = idempotent.has(method) || hints?.idempotentHint === true;
    const subject = `call ${quoted(method)}${tool === undefined ? '' : ` of ${quoted(tool)}`}`;
    return { subject, semantics: isSafe ? 'safe' : isIdempotent ? 'idempotent' : 'method' };
  }

  return protocol({ name: 'JSON-RPC', read, judge });
}

function checkedNames(option: string, names: readonly string[] = []): ReadonlySet<string> {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return new Set(names);
  throw new TypeError(`jsonRpc: ${option} must be a list of method names, not ${String(names)}`);
}
