import { expect, test } from 'vitest';
import { judge } from '../src/sending/judge.ts';

const NOW = Date.UTC(2026, 10, 27);

test.each([
  ['a response', (headers: Headers) => ({ response: { status: 503, headers } })],
  ['an error that carries a response', (headers: Headers) => ({ error: { response: { status: 429, headers } } })],
])('the next run waits for as long as %s asks', (_, answer) => {
  const verdict = judge(answer(new Headers({ 'retry-after': '120' })), false, NOW);

  expect(verdict).toMatchObject({ state: 'due', pushbackMs: 120_000 });
});

test('without a response, the backoff alone counts', () => {
  expect(judge({ error: new Error('cut') }, false, NOW)).toMatchObject({ state: 'due', pushbackMs: 0 });
});
