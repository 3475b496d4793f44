import { expect, test } from 'vitest';
import { type Fault, listen } from './api.ts';
import type { Method } from './methods.ts';
import { runStep, type Step } from './step.ts';

async function play(method: Method, fault: Fault, more: Partial<Step> = {}) {
  await using api = await listen();
  const { outcome, status, effect } = await runStep({ method, url: api.urlOf(fault), ...more });
  return [api.countRequests(), status, outcome, effect];
}

test.each<[Method, Fault, number, number | undefined, string, string]>([
  ['GET', 'busy', 2, 200, 'done', 'not-applied'],
  ['GET', 'cut', 2, 200, 'done', 'not-applied'],
  ['PUT', 'busy', 2, 200, 'done', 'applied'],
  ['PUT', 'cut', 2, 200, 'done', 'applied'],
  ['DELETE', 'busy', 2, 200, 'done', 'applied'],
  ['DELETE', 'cut', 2, 404, 'done', 'maybe-applied'],
  ['POST', 'busy', 1, 503, 'look it up', 'maybe-applied'],
  ['POST', 'cut', 1, undefined, 'look it up', 'maybe-applied'],
  ['PATCH', 'busy', 1, 503, 'look it up', 'maybe-applied'],
  ['PATCH', 'cut', 1, undefined, 'look it up', 'maybe-applied'],
])('%s, %s: %i requests, status %s, %s', async (method, fault, ...expected) => {
  expect(await play(method, fault)).toEqual(expected);
});

test('a DELETE that meets its own success is reported as probably ours', async () => {
  await using api = await listen();

  expect((await runStep({ method: 'DELETE', url: api.urlOf('cut') })).story).toContain('probably our own success');
});

test('a POST with a key is repeated', async () => {
  expect(await play('POST', 'cut', { idempotencyKey: 'run-1/step-2' })).toEqual([2, 200, 'done', 'applied']);
});
