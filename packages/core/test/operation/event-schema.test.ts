import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import schema from '../../events.schema.json' with { type: 'json' };
import { FAILURE_KINDS } from '../../src/decision/outcome.ts';
import { DECISION_SENTENCES, EFFECT_SENTENCES } from '../../src/decision/sentences.ts';
import type { RetryEvent } from '../../src/effect/event.ts';
import type { Act } from '../support/scripted-client.ts';
import { play, type Staging } from '../support/stage.ts';

const validate = new Ajv2020({ allErrors: true }).compile(schema);

/** What the schema says about a value, after its way through JSON. */
function complaints(value: unknown): unknown {
  return validate(JSON.parse(JSON.stringify(value))) ? [] : validate.errors;
}

async function eventsOf(acts: readonly Act[], staging: Staging = {}): Promise<readonly RetryEvent[]> {
  const events: RetryEvent[] = [];
  const onEvent = (event: RetryEvent): void => void events.push(event);
  await play(acts, { ...staging, options: { ...staging.options, onEvent } });
  return events;
}

const hop = { url: 'http://elsewhere.test/?token=secret', sameMethod: true };
const secretUrl = 'http://user:pw@origin.test/orders?api_key=secret#top';
const OPERATIONS: Record<string, readonly [acts: readonly Act[], staging?: Staging]> = {
  'a success': [[{ status: 200 }]],
  'retries until attempts are exhausted': [[{ status: 503 }, { fails: 'unknown' }, { status: 503 }]],
  'a POST in doubt': [[{ fails: 'unknown' }], { method: 'POST', url: secretUrl }],
  'a followed redirect': [[{ status: 404, hop }], { method: 'POST' }],
  'an attempt that took too long': [[{ status: 200, afterMs: 500 }], { options: { attemptTimeoutMs: 50 } }],
  'a deadline': [[{ status: 200, afterMs: 500 }], { options: { deadlineMs: 50 } }],
  'an abort before the first attempt': [[], { signal: AbortSignal.abort() }],
  'a key of the caller': [[{ status: 200 }], { method: 'POST', request: { idempotencyKey: 'order-7' } }],
  'an invalid URL': [[{ status: 200 }], { url: '/orders' }],
  'a callback that throws': [
    [{ status: 503 }],
    {
      options: {
        backoff: () => {
          throw new Error('no wait');
        },
      },
    },
  ],
};

test.each(Object.entries(OPERATIONS))('the events of %s match the schema', async (_, [acts, staging]) => {
  const events = await eventsOf(acts, staging);

  expect(events.at(0)?.type).toBe('operation-start');
  expect(events.at(-1)?.type).toBe('operation-end');
  expect(events.flatMap(complaints)).toEqual([]);
});

test('the schema describes the event of a first attempt that is held', () => {
  const base = { operationId: '1', method: 'GET', origin: 'http://origin.test', url: 'http://origin.test/' };

  expect(complaints({ type: 'attempt-held', ...base, number: 1, waitMs: 100 })).toEqual([]);
});

describe('the schema refuses', () => {
  const start = { type: 'operation-start', operationId: '1', method: 'GET', origin: '', url: '/' };

  test.each([
    ['an event without identity', { ...start, operationId: undefined }],
    ['an unknown event', { ...start, type: 'operation-pause' }],
    ['an unknown member', { ...start, error: {} }],
    ['userinfo', { ...start, url: 'http://user:pw@origin.test/' }],
    ['a fragment', { ...start, url: 'http://origin.test/#top' }],
    ['an attempt 0', { ...start, type: 'attempt-start', number: 0 }],
  ])('%s', (_, event) => {
    expect(complaints(event)).not.toEqual([]);
  });
});

test('the schema lists every reason and every kind of failure, and no others', () => {
  const { retry, stop, report, outcome } = schema.$defs;
  const reasons = [...retry.properties.reason.enum, ...stop.properties.reason.enum];
  const kinds = outcome.oneOf.flatMap(({ properties }) => ('kind' in properties ? properties.kind?.enum : []));

  expect(reasons.toSorted()).toEqual(Object.keys(DECISION_SENTENCES).toSorted());
  expect(report.properties.effectReason.enum.toSorted()).toEqual(Object.keys(EFFECT_SENTENCES).toSorted());
  expect(kinds).toEqual(FAILURE_KINDS);
});
