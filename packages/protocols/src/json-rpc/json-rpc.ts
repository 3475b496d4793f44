import type { Protocol, ProtocolReading, ProtocolRequest, ProtocolSemantics, UrlTest } from '../protocol.ts';
import { quoted } from '../shared/quoted.ts';
import { checkedUrlTest } from '../shared/url-test.ts';
import { judgeJsonRpc } from './answer.ts';
import { callsOf, type JsonRpcCall } from './calls.ts';

export { ethereum } from './ethereum.ts';
export { mcp } from './mcp.ts';

/** What an MCP server says about a tool (`ToolAnnotations`). Hints: trust them only if you trust the server. */
export interface ToolHints {
  /** The tool changes nothing. */
  readonly readOnlyHint?: boolean;
  /** A second call with the same arguments does no harm. */
  readonly idempotentHint?: boolean;
}

/** What {@link jsonRpc} must be told, because JSON-RPC itself says nothing about its methods. */
export interface JsonRpcOptions {
  /**
   * The URLs of JSON-RPC servers.
   *
   * @default every URL: a body is recognized by its members
   */
  readonly url?: UrlTest;
  /** Methods that change nothing, by exact name. A prefix would be wrong: `eth_getFilterChanges` consumes what it returns. */
  readonly safe?: readonly string[];
  /** Methods that change something, and of which a second copy does no harm. */
  readonly idempotent?: readonly string[];
  /**
   * The tools of an MCP server that you trust, by name. Every other `tools/call` keeps the verdict of POST.
   *
   * @example
   * jsonRpc({ ...mcp, tools: { search: { readOnlyHint: true } } })
   */
  readonly tools?: Readonly<Record<string, ToolHints>>;
}

/**
 * Reads JSON-RPC 2.0: a call of a method that you list is safe or idempotent, and a batch is as safe as its most dangerous
 * call. Methods that are not listed keep the verdict of the HTTP method.
 *
 * @throws {TypeError} If an option has a value that is not allowed.
 * @example
 * wrapFetch(fetch, { protocols: [jsonRpc(ethereum)] });
 */
export function jsonRpc(options: JsonRpcOptions): Protocol {
  const url = checkedUrlTest('jsonRpc', options.url);
  const safe = checkedNames('safe', options.safe);
  const idempotent = checkedNames('idempotent', options.idempotent);
  const tools = new Map(Object.entries(options.tools ?? {}));

  function read(request: ProtocolRequest): ProtocolReading | undefined {
    if (url && !url.test(request.url)) return undefined;
    const calls = callsOf(request);
    if (!calls) return undefined;
    const worst =
      calls.find((call) => semanticsOf(call) === 'method') ??
      calls.find((call) => semanticsOf(call) === 'idempotent') ??
      calls[0];
    if (!worst) return undefined;
    const subject = `${quoted(worst.method)}${worst.tool === undefined ? '' : ` of ${quoted(worst.tool)}`}`;
    const many = calls.length > 1 ? `batch of ${calls.length} with` : 'call';
    return { subject: `JSON-RPC ${many} ${subject}`, semantics: semanticsOf(worst) };
  }

  function semanticsOf({ method, tool }: JsonRpcCall): ProtocolSemantics {
    const hints = tool === undefined ? undefined : tools.get(tool);
    if (safe.has(method) || hints?.readOnlyHint === true) return 'safe';
    return idempotent.has(method) || hints?.idempotentHint === true ? 'idempotent' : 'method';
  }

  return { name: 'JSON-RPC', read, judge: judgeJsonRpc };
}

function checkedNames(option: string, names: readonly string[] = []): ReadonlySet<string> {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return new Set(names);
  throw new TypeError(`jsonRpc: ${option} must be a list of method names, not ${String(names)}`);
}
