import type { ProtocolAnswer, ProtocolRequest, ProtocolResponse } from '../protocol.ts';
import { at, isRecord, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { worstOf } from '../shared/worst-of.ts';
import { INVALID_REQUEST, REJECTED, SPECIFICATION, TRANSIENT } from './error-codes.ts';

const NO_SESSION = 'https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#session-management';

/** Judges a JSON-RPC response by its error codes (JSON-RPC 2.0 section 5.1). */
export function judgeJsonRpc(
  response: ProtocolResponse,
  text: string,
  { headers }: ProtocolRequest,
): ProtocolAnswer | undefined {
  const inSession = headers.get('mcp-session-id') !== null;
  if (inSession && response.status === 404) {
    return { verdict: 'final', subject: 'MCP session that the server has ended', refused: NO_SESSION };
  }
  const body = parseJson(text);
  return worstOf((Array.isArray(body) ? body : [body]).map((member) => judgeOne(member, response.status, inSession)));
}

function judgeOne(member: unknown, status: number, inSession: boolean): ProtocolAnswer | undefined {
  const error = isRecord(member) ? member.error : undefined;
  const code = at(error, 'code');
  if (typeof code !== 'number') return undefined;
  const subject = `JSON-RPC error ${quoted(String(code))}`;
  if (TRANSIENT.has(code)) {
    // Infura: https://docs.infura.io/api/networks/ethereum/how-to/avoid-rate-limiting
    const waitMs = secondsToMs(at(error, 'data', 'backoff_seconds'));
    return { verdict: 'transient', subject, ...(waitMs !== undefined && { waitMs }) };
  }
  // Within an MCP session it may as well mean that the request id was used before: by a first copy that was processed.
  const rejected = REJECTED.has(code) && !(inSession && code === INVALID_REQUEST);
  if (rejected) return { verdict: 'final', subject, refused: SPECIFICATION };
  return status < 300 ? { verdict: 'final', subject } : undefined;
}
