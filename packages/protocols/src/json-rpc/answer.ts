import type { ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { batchAnswer } from '../shared/batch.ts';
import { at, listOf, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { REJECTED, TRANSIENT } from './error-codes.ts';

const SPECIFICATION = 'https://www.jsonrpc.org/specification#error_object';

/** Judges a JSON-RPC response by its error codes (JSON-RPC 2.0 section 5.1). */
export function judgeJsonRpc({ status }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  return batchAnswer(listOf(parseJson(text)).map((member) => judgeOne(at(member, 'error'), status)));
}

function judgeOne(error: unknown, status: number): ProtocolAnswer | undefined {
  const code = at(error, 'code');
  const subject = `JSON-RPC error ${quoted(code)}`;
  // Infura: https://docs.infura.io/api/networks/ethereum/how-to/avoid-rate-limiting
  const waitMs = secondsToMs(at(error, 'data', 'backoff_seconds'));
  if (TRANSIENT.has(code)) return { verdict: 'transient', subject, waitMs };
  const refused = REJECTED.has(code) ? SPECIFICATION : undefined;
  return typeof code === 'number' && (refused || status < 300) ? { verdict: 'final', subject, refused } : undefined;
}
