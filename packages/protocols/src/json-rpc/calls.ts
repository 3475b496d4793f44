import type { ProtocolRequest } from '../protocol.ts';
import { at, isRecord, listOf, parseJson } from '../shared/json.ts';
import { mediaTypeOf } from '../shared/media-type.ts';

/** One call of a JSON-RPC request. */
export interface JsonRpcCall {
  readonly method: string;
  /** The name of the tool in an MCP `tools/call`. */
  readonly tool: unknown;
}

const MEDIA_TYPES = ['', 'text/plain', 'application/json', 'application/json-rpc'];
/**
 * Reads the calls of a request (JSON-RPC 2.0 sections 4 and 6).
 *
 * @returns The calls, with undefined for each message that isn't a call, such as a response from an MCP client.
 */
export function callsOf(request: ProtocolRequest): readonly (JsonRpcCall | undefined)[] {
  const readable = request.method === 'POST' && MEDIA_TYPES.includes(mediaTypeOf(request.headers));
  return readable ? listOf(parseJson(request.body() ?? '')).map(callIn) : [];
}

function callIn(member: unknown): JsonRpcCall | undefined {
  if (!isRecord(member)) return undefined;
  const { jsonrpc, id, method, params, ...others } = member;
  // Refuse other properties, because a server with case-insensitive names might read one called `Method`.
  if (jsonrpc !== '2.0' || typeof method !== 'string' || Object.keys(others).length > 0) return undefined;
  return { method, tool: method === 'tools/call' ? at(params, 'name') : undefined };
}
