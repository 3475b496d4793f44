import { setImmediate as turn } from 'node:timers/promises';
import { VirtualClock } from '@twicesafe/testing';
import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { bodyJudge, createRetryPolicy, reportOf, retry } from '../src/index.ts';
import { RecordedController, recordedHandler } from './recording.ts';

const mine = new Error('mine');
const headers = { 'content-type': 'application/json' };

/** A call whose body is judged, and arrives in part. Its connection ignores an abort. */
async function judged() {
  const clock = new VirtualClock();
  const connection = new RecordedController();
  const rules = [{ judge: bodyJudge(() => undefined) }];
  const dispatch = retry(createRetryPolicy({ rules, attemptTimeoutMs: 500 }, clock))((_, handler) => {
    handler.onRequestStart?.(connection, {});
    handler.onResponseStart?.(connection, 200, headers, 'OK');
    handler.onResponseData?.(connection, Buffer.from('{'));
    return true;
  });
  let controller: Dispatcher.DispatchController | undefined;
  const { handler, calls } = recordedHandler({
    onRequestStart: (own) => {
      controller = own;
    },
  });
  dispatch({ origin: 'http://a.test', path: '/', method: 'PUT' }, handler);
  await turn();
  return { before: [...calls], calls, clock, connection, abort: () => controller?.abort(mine) };
}

test('a body that is judged is waited for until the time of its attempt is over', async () => {
  const { before, calls, clock, connection } = await judged();

  clock.advance(500);
  await turn();

  expect(before).toEqual(['start {}']);
  expect(calls).toEqual(['start {}', 'response 200 OK', 'data {']);
  expect(connection.calls).toEqual(['resume', 'pause', 'resume']);
});

test('an abort while a body is judged is answered, also if the connection ignores it', async () => {
  const { before, calls, connection, abort } = await judged();

  abort();
  await turn();

  expect(before).toEqual(['start {}']);
  expect(calls).toEqual(['start {}', 'error mine']);
  expect(connection.calls).toEqual(['resume', 'pause', 'abort: mine', expect.stringMatching(/^abort: .+ discarded/)]);
  expect(reportOf(mine)?.decision.reason).toBe('aborted');
});
