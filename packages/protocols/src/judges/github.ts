import { bodyJudge } from '@twicesafe/core';
import type { BodyJudge, ProtocolAnswer, ProtocolResponse } from '../protocol.ts';
import { at, parseJson, textOf } from '../shared/json.ts';
import { isError } from '../shared/wants.ts';

const LIMITS = 'https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api';
/** "Otherwise, wait for at least one minute before retrying." */
const LEAST_MS = 60_000;

/**
 * Judges responses of GitHub's REST API. Finds rate limits in a 403 or a 429. The secondary limit may come without a
 * header that gives the wait.
 *
 * Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export const github: BodyJudge = /* @__PURE__ */ bodyJudge(judgeGithub, { wants: isError });

function judgeGithub({ status, headers }: ProtocolResponse, text: string): ProtocolAnswer | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const message = textOf(at(parseJson(text), 'message')).slice(0, 1000);
  const secondary = /\bsecondary rate limit/i.test(message);
  if (!secondary && !/\bAPI rate limit exceeded/i.test(message)) return undefined;
  const hasWait = headers.get('retry-after') !== null || headers.get('x-ratelimit-remaining') === '0';
  const subject = `GitHub's ${secondary ? 'secondary' : 'primary'} rate limit`;
  return { verdict: 'transient', subject, refused: LIMITS, ...(!hasWait && { waitMs: LEAST_MS }) };
}
