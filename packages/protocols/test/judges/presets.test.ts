import { reportOf, wrapFetch } from '@twicesafe/fetch';
import { Origin, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { type BodyJudge, judges } from '../../src/index.ts';

const json = 'application/json; charset=utf-8';
const quick = { backoff: () => 1, maxPushbackMs: 60_000 };

/** Sends one POST by the option that the pages show, and returns how often it was sent and why it ended. */
async function post(judge: BodyJudge, code: number, body: string, headers: Readonly<Record<string, string>>) {
  await using origin = await Origin.listen();
  origin.plays(status(code, { body, headers: { 'content-type': json, ...headers }, applies: false }));
  const rules = [{ url: /^http:\/\/127\.0\.0\.1/, judge }];
  const response = await wrapFetch({ ...quick, rules, skipWaits: true })(origin.url, { method: 'POST', body: 'order' });
  const text = response.status === code && origin.requests.length === 1 ? await response.text() : undefined;
  const [first] = reportOf(response)?.attempts ?? [];
  return { sent: origin.requests.length, applied: origin.applied.length, text, first, report: reportOf(response) };
}

const AMZ = { 'content-type': 'application/x-amz-json-1.0' };
const XML = { 'content-type': 'application/xml' };

describe('a throttle lets a POST be sent again', () => {
  test.each<[string, BodyJudge, number, string, Record<string, string>]>([
    ['AWS JSON in a 400', judges.aws, 400, '{"__type":"com.amazonaws.dynamodb#ThrottlingException"}', AMZ],
    ['AWS XML in a 400', judges.aws, 400, '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>', XML],
    ['Slack in a 200', judges.slack, 200, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '1' }],
    ['Google in a 403', judges.google, 403, '{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}', {}],
    ['GitHub, without a header', judges.github, 403, '{"message":"You have exceeded a secondary rate limit"}', {}],
    ['Facebook in a 400', judges.facebook, 400, '{"error":{"code":17}}', {}],
    ['Marketing Cloud', judges.salesforce, 429, '{"errorcode":50100,"retryAfter":5}', {}],
    ['HubSpot', judges.hubspot, 429, '{"policyName":"SECONDLY"}', {}],
  ])('%s', async (_, judge, code, body, headers) => {
    const { sent, applied, first } = await post(judge, code, body, headers);

    expect([sent, applied]).toEqual([2, 1]);
    expect(first).toMatchObject({ delivery: 'refused', decision: { action: 'retry', reason: 'refused' } });
  });
});

describe('an error that proves nothing leaves a POST at one request, and the caller the body', () => {
  test.each<[string, BodyJudge, number, string, Record<string, string>, string]>([
    ['S3 in a 200', judges.s3, 200, '<Error><Code>InternalError</Code></Error>', XML, 'not-repeatable'],
    ['Slack in a 200', judges.slack, 200, '{"ok":false,"error":"internal_error"}', {}, 'not-repeatable'],
    ['Slack, final', judges.slack, 200, '{"ok":false,"error":"channel_not_found"}', {}, 'final-body'],
    ['Facebook, downtime', judges.facebook, 400, '{"error":{"code":2}}', {}, 'not-repeatable'],
    [
      'Google, for the day',
      judges.google,
      403,
      '{"error":{"errors":[{"reason":"dailyLimitExceeded"}]}}',
      {},
      'final-body',
    ],
    ['Salesforce, a locked row', judges.salesforce, 400, '[{"errorCode":"UNABLE_TO_LOCK_ROW"}]', {}, 'not-repeatable'],
    ['HubSpot, for the day', judges.hubspot, 429, '{"policyName":"DAILY"}', {}, 'final-body'],
  ])('%s', async (_, judge, code, body, headers, reason) => {
    const { sent, text, report } = await post(judge, code, body, headers);

    expect([sent, text]).toEqual([1, body]);
    expect(report?.decision.reason).toBe(reason);
  });
});

test('judges of errors leave the body of a success alone', async () => {
  const wanted = [judges.aws, judges.github, judges.google, judges.hubspot].map((judge) =>
    judge.wants?.({ status: 200, headers: new Headers() }),
  );
  expect(wanted).toEqual([false, false, false, false]);
});
