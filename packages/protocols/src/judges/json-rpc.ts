import { bodyJudge } from '@twicesafe/core';
import { judgeJsonRpc } from '../json-rpc/answer.ts';
import type { BodyJudge } from '../protocol.ts';
import { isJson } from '../shared/wants.ts';

/**
 * Judges JSON-RPC responses by the codes of their errors. Pass it as `jsonRpc({ judge: judges.jsonRpc })`.
 *
 * Source: https://www.jsonrpc.org/specification#error_object
 */
export const jsonRpc: BodyJudge = /* @__PURE__ */ bodyJudge(judgeJsonRpc, { wants: isJson });
