import { describe, expect, test } from 'vitest';
import { judgeGraphql } from '../../src/graphql/answer.ts';
import { responseOf } from '../support/requests.ts';

const error = (code: string) => ({ message: 'no', extensions: { code } });
/** What Shopify says about a query that it did not run. */
const unspent = { extensions: { cost: { actualQueryCost: null } } };
const judge = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  judgeGraphql(responseOf(status, headers), typeof body === 'string' ? body : JSON.stringify(body));

describe('throttles', () => {
  test("Shopify's wait is the refill time of its bucket", () => {
    const answer = judge({
      errors: [error('THROTTLED')],
      extensions: {
        cost: {
          requestedQueryCost: 70,
          actualQueryCost: null,
          throttleStatus: { currentlyAvailable: 66, restoreRate: 50 },
        },
      },
    });

    expect(answer).toEqual({
      verdict: 'transient',
      refused: 'https://shopify.dev/docs/api/usage/limits',
      waitMs: 80,
      subject: 'GraphQL error `THROTTLED`',
    });
  });

  test('GitHub marks its limit by a type', () => {
    expect(judge({ errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] })).toMatchObject({
      verdict: 'transient',
      refused: expect.stringContaining('docs.github.com'),
    });
  });

  test('GitHub says nothing but a message for its secondary limit, and means a minute', () => {
    const body = { message: 'You have exceeded a secondary rate limit.', documentation_url: 'https://docs.github.com' };

    expect(judge(body, 403)).toMatchObject({ verdict: 'transient', waitMs: 60_000, refused: expect.any(String) });
  });

  test.each<readonly [string, unknown]>([
    ['no cost says that the query did not run', { errors: [error('THROTTLED')] }],
    ['a cost says that the query ran', { errors: [error('THROTTLED')], extensions: { cost: { actualQueryCost: 5 } } }],
    ['data is null', { ...unspent, data: null, errors: [error('THROTTLED')] }],
    ['there is data', { ...unspent, data: { a: 1 }, errors: [error('THROTTLED')] }],
    ['a code has no source', { ...unspent, errors: [error('THROTTLED'), error('RATE_LIMITED')] }],
    [
      'a member of a batch was refused for good',
      [{ ...unspent, errors: [error('THROTTLED')] }, { errors: [error('GRAPHQL_PARSE_FAILED')] }],
    ],
    ['a member of a batch succeeded', [{ data: {} }, { ...unspent, errors: [error('THROTTLED')] }]],
  ])('prove nothing if %s', (_, body) => {
    const answer = judge(body);

    expect(answer?.verdict).toBe('transient');
    expect(answer?.refused).toBeUndefined();
  });

  test('refuse a batch only as a whole, with the longest wait', () => {
    const throttled = (requestedQueryCost: number) => ({
      errors: [error('THROTTLED')],
      extensions: {
        cost: {
          requestedQueryCost,
          actualQueryCost: null,
          throttleStatus: { currentlyAvailable: 0, restoreRate: 100 },
        },
      },
    });

    expect(judge([throttled(100), throttled(300)])).toMatchObject({ waitMs: 3_000, refused: expect.any(String) });
  });

  test.each([[{ restoreRate: 0 }], [{ restoreRate: 'x' }], [{}], [null]])(
    'have no wait where it is nonsense: %j',
    (throttleStatus) => {
      const answer = judge({
        errors: [error('THROTTLED')],
        extensions: { cost: { requestedQueryCost: 9, throttleStatus } },
      });

      expect(answer?.waitMs).toBeUndefined();
    },
  );
});

describe('other errors', () => {
  test('prove nothing together with a throttle', () => {
    const answer = judge({ ...unspent, errors: [error('THROTTLED'), error('GRAPHQL_PARSE_FAILED')] });

    expect(answer).toEqual({ verdict: 'final', subject: 'GraphQL error `THROTTLED`' });
  });

  test('are final, and prove nothing where a mutation may have run', () => {
    expect(judge({ data: null, errors: [error('INTERNAL_SERVER_ERROR')] })).toEqual({
      verdict: 'final',
      subject: 'GraphQL error `INTERNAL_SERVER_ERROR`',
    });
    expect(judge({ errors: [{ message: 'x' }, error('THROTTLED')] })).toEqual({
      verdict: 'final',
      subject: 'GraphQL error `without a code`',
    });
  });

  test('of the request, without data, prove that nothing was executed', () => {
    expect(judge({ errors: [error('GRAPHQL_VALIDATION_FAILED')] })).toMatchObject({
      verdict: 'final',
      refused: expect.any(String),
    });
    expect(judge({ errors: [error('GRAPHQL_VALIDATION_FAILED')], data: null })?.refused).toBeUndefined();
  });

  const typed = { 'content-type': 'application/graphql-response+json; charset=utf-8' };

  test.each([
    [400, 'final'],
    [401, 'final'],
    [429, 'transient'],
  ])('without data in graphql-response+json, %i proves that nothing was executed', (status, verdict) => {
    const answer = judge({ errors: [{ message: 'x' }] }, status, typed);

    expect(answer?.verdict).toBe(verdict);
    expect(answer?.refused).toContain('graphql-over-http');
  });

  test.each([
    ['a 500, which a plugin may cause after the execution', 500, typed, {}],
    ['a 408', 408, typed, {}],
    ['data that is null', 400, typed, { data: null }],
    ['application/json', 400, {}, {}],
  ])('prove nothing with %s', (_, status, headers, more) => {
    expect(judge({ errors: [{ message: 'x' }], ...more }, status, headers)).toBeUndefined();
  });
});

test.each(
  [
    ['', 'x', 'null', '3', '[]', '{}', '{"data":{}}', '{"errors":[]}', '{"errors":{}}', '[null]', '{"message":5}'],
  ].flat(),
)('leaves the verdict to the status for %s', (text) => {
  expect(judge(text)).toBeUndefined();
});
