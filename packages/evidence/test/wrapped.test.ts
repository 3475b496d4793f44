import { expect, test } from 'vitest';
import { hasSeveralWrapped, hasWrappedDispatcher, markWrapped, type Wrapping, wrappingOf } from '../src/index.ts';

const wrapping: Wrapping<unknown, unknown> = { client: () => 'inner', policy: {} };

test('a second wrapped client may be called inside another, and a dispatcher by any fetch', () => {
  const seen = () => [hasSeveralWrapped(), hasWrappedDispatcher()];
  const before = seen();

  markWrapped(() => 1, wrapping);
  const one = seen();
  markWrapped(() => 2, wrapping);
  const two = seen();
  markWrapped({}, { ...wrapping, dispatcher: true });

  expect([before, one, two, seen()]).toEqual([
    [false, false],
    [false, false],
    [true, false],
    [true, true],
  ]);
});

test.each([() => 1, {}])('a client that was marked is recognized: %s', (client) => {
  expect(wrappingOf(client)).toBeUndefined();

  expect(markWrapped(client, wrapping)).toBe(client);

  expect(wrappingOf(client)).toBe(wrapping);
});

test.each([undefined, null, 'client', 7, Symbol('client'), new Proxy({}, {})])('%s is no wrapped client', (client) => {
  expect(wrappingOf(client)).toBeUndefined();
});

test('a client that another copy of the package wrapped is recognized', async () => {
  const path = '../src/wrapped.ts';
  const copy = (await import(/* @vite-ignore */ `${path}?copy=2`)) as { markWrapped: typeof markWrapped };

  const client = copy.markWrapped(() => 1, wrapping);

  expect(copy.markWrapped).not.toBe(markWrapped);
  expect(wrappingOf(client)).toBe(wrapping);
});
