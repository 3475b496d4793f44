import type { ProtocolRequest } from '../protocol.ts';
import { at, hasOnly, isRecord, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';

/** One call of a JSON-RPC request. */
export interface JsonRpcCall {
  readonly method: string;
  /** The tool that MCP's `tools/call` names. */
  readonly tool: string | undefined;
}

const MEDIA_TYPES = ['', 'text/plain', 'application/json', 'application/json-rpc'];
// A server that reads member names without regard to case must not find another `Method`.
const MEMBERS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params']);

/**
 * Reads the calls of a request (JSON-RPC 2.0 sections 4 and 6).
 *
 * @returns Undefined if the request is anything else, such as an answer that an MCP client gives its server.
 */
export function callsOf(request: ProtocolRequest): readonly JsonRpcCall[] | undefined {
  if (request.method !== 'POST' || !MEDIA_TYPES.includes(mediaTypeOf(request.headers))) return undefined;
  const payload = parseJson(request.body() ?? '');
  const calls = (Array.isArray(payload) ? payload : [payload]).map(callIn);
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
}

function callIn(member: unknown): JsonRpcCall | undefined {
  if (!isRecord(member) || !hasOnly(member, MEMBERS)) return undefined;
  const { jsonrpc, method, params } = member;
  if (jsonrpc !== '2.0' || typeof method !== 'string') return undefined;
  const name = method === 'tools/call' ? at(params, 'name') : undefined;
  return { method, tool: typeof name === 'string' ? name : undefined };
}
