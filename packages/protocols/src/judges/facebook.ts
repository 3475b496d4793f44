import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';

const ERRORS = 'https://developers.facebook.com/docs/graph-api/guides/error-handling';
const THROTTLES: ReadonlySet<unknown> = new Set([
  4, // API Too Many Calls
  17, // API User Too Many Calls
  341, // Application limit reached
]);
const TRANSIENT: ReadonlySet<unknown> = new Set([
  1, // API Unknown: possibly a temporary issue due to downtime
  2, // API Service: temporary issue due to downtime
]);
/** "Temporarily blocked for policies violations", which lasts too long to wait for. */
const BLOCKED = 368;

/**
 * Judges responses of Facebook's Graph API by `error.code`, whatever the HTTP status.
 *
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export const facebook: BodyJudge = /* @__PURE__ */ bodyJudge(judgeFacebook);

function judgeFacebook(_: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  const error = at(parseJson(text), 'error');
  const code = at(error, 'code');
  if (typeof code !== 'number') return undefined;
  const subject = `Facebook error ${quoted(code)}`;
  if (THROTTLES.has(code)) return { verdict: 'transient', subject, refused: ERRORS };
  if (code === BLOCKED) return { verdict: 'final', subject };
  return TRANSIENT.has(code) || at(error, 'is_transient') === true ? { verdict: 'transient', subject } : undefined;
}
