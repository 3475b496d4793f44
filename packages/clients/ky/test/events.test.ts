import { rejectionOf, resetAfterReading, status } from '@twicesafe/testing';
import ky, { type Hooks, type Options } from 'ky';
import { expect, test } from 'vitest';
import { type Report, type RetryEvent, reportOf } from '../src/index.ts';
import { type Stage, stageFor } from './support.ts';

const mine = new RangeError('mine');

/** A stage, and what its events say. */
async function watchedStage(defaults: Options = {}, aborting?: AbortController) {
  const events: RetryEvent[] = [];
  const onEvent = (event: RetryEvent): void => {
    events.push(event);
    if (event.type === 'attempt-start') aborting?.abort(mine);
  };
  const stage: Stage = await stageFor(defaults, { onEvent });
  const types = (): string[] => events.map(({ type }) => type);
  const report = (): Report | undefined => events.flatMap((event) => ('report' in event ? [event.report] : [])).at(-1);
  return { ...stage, types, report, [Symbol.asyncDispose]: () => stage.origin.close() };
}

const ONCE = ['operation-start', 'attempt-start', 'attempt-end', 'operation-end'];

test('each attempt has its start and its end', async () => {
  await using stage = await watchedStage();
  stage.origin.plays(status(503));

  await stage.api.get('orders');

  expect(stage.types()).toEqual([...ONCE.slice(0, 3), 'retry-scheduled', ...ONCE.slice(1)]);
});

test('a request that ky refuses to build counts as one attempt', async () => {
  await using stage = await watchedStage({ prefix: '' });

  expect(() => stage.api('http://[')).toThrow();

  expect(stage.types()).toEqual(ONCE);
});

test('a listener may give up, and then nothing is sent', async () => {
  const controller = new AbortController();
  await using stage = await watchedStage({}, controller);

  const error = await rejectionOf(stage.api.post('orders', { signal: controller.signal }));

  expect(error).toBe(mine);
  expect(stage.origin.requests).toHaveLength(0);
  expect(reportOf(error)).toMatchObject({
    attempts: [{ outcome: { type: 'failure', kind: 'caller-abort' }, delivery: 'never-sent' }],
    decision: { reason: 'aborted' },
    effect: 'not-applied',
  });
});

test.each<[string, Options]>([
  ['a status that the caller accepts', { throwHttpErrors: false }],
  ['an afterResponse hook that throws', { hooks: { afterResponse: [() => Promise.reject(mine)] } }],
  ['an afterResponse hook that throws nothing', { hooks: { afterResponse: [() => Promise.reject()] } }],
])('no retry is scheduled after %s', async (_, options) => {
  await using stage = await watchedStage(options);
  stage.origin.plays(status(503));

  await Promise.allSettled([stage.api.put('orders/7')]);

  expect(stage.types()).toEqual(ONCE);
  expect(stage.report()).toMatchObject({ attempts: [{ decision: { reason: 'accepted' } }] });
});

test('a retry that a hook forces beyond the limit is judged by its status', async () => {
  await using stage = await watchedStage({ retry: 0, hooks: { afterResponse: [() => ky.retry()] } });
  stage.origin.plays(status(503));

  await rejectionOf(stage.api.put('orders/7'));

  expect(stage.report()).toMatchObject({ attempts: [{ decision: { reason: 'attempts-exhausted' } }] });
});

test.each(['text', undefined])('a shouldRetry that throws %s ends a call whose answer was lost', async (thrown) => {
  const shouldRetry = () => Promise.reject(thrown);
  await using stage = await watchedStage({ retry: { shouldRetry } });
  stage.origin.plays(resetAfterReading());

  const [settled] = await Promise.allSettled([stage.api.put('orders/7')]);

  expect(settled).toEqual({ status: 'rejected', reason: thrown });
  expect(stage.report()).toMatchObject({
    attempts: [{ outcome: { kind: 'network' }, decision: { action: 'retry' } }],
    decision: { reason: 'callback-failed' },
    effect: 'maybe-applied',
  });
});

test('the error of a hook that has a response is no HTTPError', async () => {
  const error = Object.assign(new Error('mine'), { response: new Response() });
  const beforeRetry: Hooks['beforeRetry'] = [() => Promise.reject(error)];
  await using stage = await watchedStage({ hooks: { beforeRetry } });
  stage.origin.plays(status(503));

  expect(await rejectionOf(stage.api.put('orders/7'))).toBe(error);
  expect(reportOf(error)?.decision.reason).toBe('callback-failed');
});
