import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, numberOf, parseJson, textOf } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { secondsToMs } from '../shared/seconds.ts';

const LIMITS =
  'https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm';
const MARKETING_LIMITS =
  'https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/rate-limiting-errors.html';
const LOCKED = 'UNABLE_TO_LOCK_ROW';
/** The error code of the other parts of an all-or-none request, which were rolled back. */
const HALTED = 'PROCESSING_HALTED';

/**
 * Judges Salesforce responses. Finds limits in a 403, a locked row in a 400, failed parts of a composite request in a
 * 200, and the wait in the body of Marketing Cloud's 429.
 *
 * A retry doesn't undo parts that succeeded, so a composite request is transient only if all of its parts failed.
 *
 * Source: https://developer.salesforce.com/blogs/2017/02/handle-errors-with-composite-resources
 */
export const salesforce: BodyJudge = /* @__PURE__ */ bodyJudge(judgeSalesforce);

function judgeSalesforce({ status }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  const body = parseJson(text);
  const parts = at(body, 'compositeResponse');
  if (Array.isArray(parts)) return judgeParts(parts);
  if (status === 429 && at(body, 'errorcode') === 50_100) {
    const waitMs = secondsToMs(at(body, 'retryAfter'));
    return {
      verdict: 'transient',
      subject: 'Marketing Cloud rate limit',
      refused: MARKETING_LIMITS,
      waitMs,
    };
  }
  const code = at(body, '0', 'errorCode');
  const subject = `Salesforce error ${quoted(code)}`;
  if (code === LOCKED) return { verdict: 'transient', subject };
  if (code !== 'REQUEST_LIMIT_EXCEEDED') return undefined;
  // This limit covers 24 hours, unless it is the limit on concurrent requests.
  const soon = /concurrent/i.test(textOf(at(body, '0', 'message')).slice(0, 1000));
  return { verdict: soon ? 'transient' : 'final', subject, refused: LIMITS };
}

function judgeParts(parts: readonly unknown[]): ProtocolAnswer | undefined {
  const failed = parts.filter((part) => numberOf(at(part, 'httpStatusCode')) >= 400);
  if (failed.length === 0) return undefined;
  const codes = failed.map((part) => at(part, 'body', '0', 'errorCode'));
  const locked =
    failed.length === parts.length &&
    codes.includes(LOCKED) &&
    codes.every((code) => code === LOCKED || code === HALTED);
  const subject = `Salesforce composite with ${failed.length} of ${parts.length} parts failed`;
  return { verdict: locked ? 'transient' : 'final', subject };
}
