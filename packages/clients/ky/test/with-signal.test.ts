import { expect, test } from 'vitest';
import { withSignal } from '../src/with-signal.ts';

const URL_GIVEN = 'http://127.0.0.1/';

test('a request without a signal to obey stays the same', () => {
  const request = new Request(URL_GIVEN);

  expect(withSignal(request, undefined)).toBe(request);
});

test('what is no Request of this runtime stays the same', () => {
  const { signal } = new AbortController();
  const request = Object.assign(new URL(URL_GIVEN), { signal }) as unknown as Request;

  expect(withSignal(request, new AbortController().signal)).toBe(request);
});

test("a request obeys the caller's signal and its own", () => {
  for (const index of [0, 1]) {
    const [own, callers] = [new AbortController(), new AbortController()];
    const sent = withSignal(new Request(URL_GIVEN, { signal: own.signal }), callers.signal);

    [own, callers][index]?.abort();

    expect(sent.signal.aborted).toBe(true);
  }
});
