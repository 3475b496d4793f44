import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';

const RATE_LIMITS = 'https://docs.slack.dev/apis/web-api/rate-limits';
const TRANSIENT: ReadonlySet<unknown> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
]);

/**
 * Judges Slack responses. Finds errors in a 200 by `ok: false`. `ratelimited` means that Slack refused the request, and
 * its wait is in `Retry-After`.
 *
 * Source: https://docs.slack.dev/apis/web-api/rate-limits
 */
export const slack: BodyJudge = /* @__PURE__ */ bodyJudge(judgeSlack);

function judgeSlack(_: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  const body = parseJson(text);
  if (at(body, 'ok') !== false) return undefined;
  const error = at(body, 'error');
  const subject = `Slack error ${quoted(error)}`;
  if (error === 'ratelimited') return { verdict: 'transient', subject, refused: RATE_LIMITS };
  return { verdict: TRANSIENT.has(error) ? 'transient' : 'final', subject };
}
