import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson, textOf } from '../shared/json.ts';
import { quoted } from '../shared/quoted.ts';
import { secondsToMs } from '../shared/seconds.ts';
import { isError } from '../shared/wants.ts';

const LIMITS = 'https://developers.google.com/drive/api/guides/limits';
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const SOON: ReadonlySet<unknown> = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED']);
const TOMORROW: ReadonlySet<unknown> = new Set(['dailyLimitExceeded', 'dailyLimitExceededUnreg', 'quotaExceeded']);

/**
 * Judges responses of Google APIs. Finds rate limits in a 403 or a 429 by the reason in the body. A daily quota is
 * final. The wait comes from `RetryInfo`.
 *
 * Source: https://developers.google.com/drive/api/guides/limits
 */
export const google: BodyJudge = /* @__PURE__ */ bodyJudge(judgeGoogle, { wants: isError });

function judgeGoogle({ status }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const error = at(parseJson(text), 'error');
  const [errors, details] = [at(error, 'errors'), at(error, 'details')].map((list) =>
    Array.isArray(list) ? list : [],
  );
  const reasons = [...(errors ?? []), ...(details ?? [])]
    .map((each) => at(each, 'reason'))
    .filter((reason) => reason !== undefined);
  if (reasons.length === 0) return undefined;
  const subject = `Google error ${quoted(reasons[0])}`;
  if (reasons.some((reason) => TOMORROW.has(reason))) return { verdict: 'final', subject, refused: LIMITS };
  if (!reasons.every((reason) => SOON.has(reason))) return undefined;
  const delay = at(
    details?.find((detail) => at(detail, '@type') === RETRY_INFO),
    'retryDelay',
  );
  const waitMs = secondsToMs(Number.parseFloat(textOf(delay)));
  return { verdict: 'transient', subject, refused: LIMITS, waitMs };
}
