import { describe, expect, test } from 'vitest';
import { judges } from '../../src/index.ts';
import { responseOf } from '../support/requests.ts';

type Preset = Exclude<keyof typeof judges, 'notReady'>;

function judge(preset: Preset, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return judges[preset](responseOf(status, headers), typeof body === 'string' ? body : JSON.stringify(body));
}

/** What a judge said, in a word. */
function said(answer: ReturnType<typeof judge>): string {
  if (!answer) return 'nothing';
  return `${answer.verdict}${answer.refused ? ', refused' : ''}${answer.waitMs ? `, ${answer.waitMs} ms` : ''}`;
}

const google = (reason: string) => ({ error: { code: 403, errors: [{ domain: 'usageLimits', reason }] } });
const secondary = { message: 'You have exceeded a secondary rate limit. Please wait.' };
const composite = (...parts: readonly (readonly [number, string?])[]) => ({
  compositeResponse: parts.map(([httpStatusCode, errorCode]) => ({
    httpStatusCode,
    body: errorCode ? [{ errorCode }] : {},
  })),
});

type Row = readonly [
  Preset,
  what: string,
  status: number,
  body: unknown,
  expected: string,
  headers?: Readonly<Record<string, string>>,
];

function rows(list: readonly Row[]) {
  return list.map(([preset, what, status, body, expected, headers]) => ({
    preset,
    what,
    status,
    body,
    expected,
    headers,
  }));
}

test.each(
  rows([
    [
      'aws',
      'a throttle by its type',
      400,
      { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' },
      'transient, refused',
    ],
    [
      'aws',
      'a throttle by its header',
      400,
      '',
      'transient, refused',
      { 'x-amzn-errortype': 'TooManyRequestsException:https://x' },
    ],
    [
      'aws',
      'a throttle in XML',
      503,
      '<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>',
      'transient, refused',
    ],
    ['aws', 'a transaction of an earlier copy', 400, { __type: 'TransactionInProgressException' }, 'transient'],
    ['aws', 'a validation error', 400, { __type: 'ValidationException' }, 'nothing'],
    ['aws', 'a success that mentions one', 200, { __type: 'ThrottlingException' }, 'nothing'],
    ['aws', 'a type that is no text', 400, { __type: { a: 1 } }, 'nothing'],
    [
      's3',
      'an error of the service in a 200',
      200,
      '  \n<?xml?><Error><Code>InternalError</Code></Error>\n',
      'transient',
    ],
    ['s3', 'an error of the request in a 200', 200, '<Error><Code>InvalidPart</Code></Error>', 'final'],
    ['s3', 'a success', 200, '<CopyObjectResult><ETag>"a"</ETag></CopyObjectResult>', 'nothing'],
    ['s3', 'an object that mentions one', 200, '</Error> is how it ends', 'nothing'],
    ['s3', 'an empty 200', 200, '', 'nothing'],
    ['s3', 'SlowDown', 503, '<Error><Code>SlowDown</Code></Error>', 'transient, refused'],
    ['slack', 'its limit', 200, { ok: false, error: 'ratelimited' }, 'transient, refused'],
    ['slack', 'an internal error', 200, { ok: false, error: 'internal_error' }, 'transient'],
    ['slack', 'another error', 200, { ok: false, error: 'channel_not_found' }, 'final'],
    ['slack', 'a success', 200, { ok: true, error: 'ratelimited' }, 'nothing'],
    ['google', 'its limit', 403, google('userRateLimitExceeded'), 'transient, refused'],
    ['google', 'a quota for a day', 403, google('dailyLimitExceeded'), 'final, refused'],
    ['google', 'a permission', 403, google('insufficientPermissions'), 'nothing'],
    [
      'google',
      'a limit beside another reason',
      403,
      { error: { errors: [{ reason: 'rateLimitExceeded' }, { reason: 'x' }] } },
      'nothing',
    ],
    ['google', 'no reason', 403, { error: { errors: [] } }, 'nothing'],
    ['google', 'another status', 500, google('rateLimitExceeded'), 'nothing'],
    [
      'google',
      'a wait',
      429,
      {
        error: {
          details: [
            { reason: 'RATE_LIMIT_EXCEEDED' },
            { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
          ],
        },
      },
      'transient, refused, 1500 ms',
    ],
    ['github', 'its secondary limit without a header', 403, secondary, 'transient, refused, 60000 ms'],
    ['github', 'its secondary limit with one', 403, secondary, 'transient, refused', { 'retry-after': '5' }],
    [
      'github',
      'its limit',
      403,
      { message: 'API rate limit exceeded for user 1.' },
      'transient, refused',
      { 'x-ratelimit-remaining': '0' },
    ],
    ['github', 'a permission', 403, { message: 'Resource not accessible by integration' }, 'nothing'],
    ['github', 'a title that mentions it', 422, secondary, 'nothing'],
    ['facebook', 'too many calls', 400, { error: { code: 4 } }, 'transient, refused'],
    ['facebook', 'downtime', 500, { error: { code: 2 } }, 'transient'],
    ['facebook', 'its own word', 400, { error: { code: 99, is_transient: true } }, 'transient'],
    ['facebook', 'a block', 400, { error: { code: 368, is_transient: true } }, 'final'],
    ['facebook', 'a bad token', 400, { error: { code: 190 } }, 'nothing'],
    [
      'salesforce',
      'requests at the same time',
      403,
      [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'ConcurrentRequests Limit exceeded.' }],
      'transient, refused',
    ],
    [
      'salesforce',
      'the limit of a day',
      403,
      [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }],
      'final, refused',
    ],
    ['salesforce', 'a locked row', 400, [{ errorCode: 'UNABLE_TO_LOCK_ROW' }], 'transient'],
    ['salesforce', 'a missing field', 400, [{ errorCode: 'REQUIRED_FIELD_MISSING' }], 'nothing'],
    ['salesforce', 'a part that failed', 200, composite([201], [400, 'UNABLE_TO_LOCK_ROW']), 'final'],
    [
      'salesforce',
      'all rolled back for a lock',
      200,
      composite([400, 'PROCESSING_HALTED'], [400, 'UNABLE_TO_LOCK_ROW']),
      'transient',
    ],
    [
      'salesforce',
      'all rolled back for another reason',
      200,
      composite([400, 'PROCESSING_HALTED'], [400, 'INVALID_FIELD']),
      'final',
    ],
    ['salesforce', 'all done', 200, composite([201], [204]), 'nothing'],
    [
      'salesforce',
      'the wait of Marketing Cloud',
      429,
      { errorcode: 50100, retryAfter: 5 },
      'transient, refused, 5000 ms',
    ],
    ['hubspot', 'the limit of seconds', 429, { policyName: 'SECONDLY' }, 'transient, refused'],
    ['hubspot', 'the limit of a day', 429, { policyName: 'DAILY' }, 'final, refused'],
    ['hubspot', 'another answer', 400, { policyName: 'DAILY' }, 'nothing'],
  ]),
)('$preset: $what', ({ preset, status, body, expected, headers = {} }) => {
  expect(said(judge(preset, status, body, headers))).toBe(expected);
});

test.each([
  '',
  'x',
  'null',
  '7',
  '"a"',
  '[]',
  '[null]',
  '{}',
  '{"error":7}',
  '{"errors":"x"}',
  '{"compositeResponse":[null]}',
  '{"compositeResponse":[]}',
])('no judge says anything about %s, whatever the status', (text) => {
  const presets = Object.keys(judges).filter((name): name is Preset => name !== 'notReady');

  const answers = [200, 400, 403, 429, 503].flatMap((status) => presets.map((preset) => judge(preset, status, text)));

  expect(answers.filter((answer) => answer !== undefined)).toEqual([]);
});

describe('notReady', () => {
  const judge = judges.notReady({ field: 'job.state', values: ['queued', 'running'], waitMs: 2_000 });

  test('calls a success transient until the work is done', () => {
    const answers = ['queued', 'running', 'done'].map((state) =>
      judge(responseOf(200), JSON.stringify({ job: { state } })),
    );

    expect(answers).toEqual([
      { verdict: 'transient', subject: 'job.state `queued`', waitMs: 2_000 },
      { verdict: 'transient', subject: 'job.state `running`', waitMs: 2_000 },
      undefined,
    ]);
  });

  test('leaves failures to their status', () => {
    expect(judge(responseOf(500), '{"job":{"state":"queued"}}')).toBeUndefined();
    expect(judge(responseOf(200), '{"job":"queued"}')).toBeUndefined();
  });

  test.each([
    [{ field: '', values: [] }, 'field must be a path'],
    [{ field: 'a', values: 'b' }, 'values must be a list'],
    [{ field: 'a', values: [], waitMs: -1 }, 'waitMs must be a number of milliseconds, not -1'],
  ])('refuses %j', (options, message) => {
    expect(() => judges.notReady(options as never)).toThrow(message);
  });
});
