import { VirtualClock } from '@twicesafe/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openOperation } from '../../src/operation/open-operation.ts';
import { runOperation } from '../../src/operation/run-operation.ts';
import { ScriptedClient } from '../support/scripted-client.ts';
import { request } from '../support/situations.ts';
import { policyWith } from '../support/stage.ts';

/** Sends two POSTs, the first of which ends in doubt. Returns how often the second one reached the origin. */
async function secondSends(first: unknown, second: unknown): Promise<number> {
  const clock = new VirtualClock();
  const policy = policyWith({ outerRetries: 'judge', maxAttempts: 1 }, clock);
  const post = async (body: unknown) => {
    const client = new ScriptedClient(clock, [{ fails: 'unknown' }]);
    const operation = openOperation(policy, request('POST'), undefined, body);
    await clock.run(runOperation(operation, client).catch(() => {}));
    return client.sentAtMs.length;
  };
  await post(first);
  return post(second);
}

const bytes = (...values: number[]) => new Uint8Array(values);
const file = new File(['x'], 'order.txt');

function form(value: string | Blob): FormData {
  const data = new FormData();
  data.append('order', value);
  return data;
}

test.each<[string, unknown, unknown]>([
  ['text', 'a', 'b'],
  ['text in another order', 'ab', 'ba'],
  ['longer text', 'a', 'aa'],
  ['bytes', bytes(1), bytes(2)],
  ['a part of the same buffer', bytes(1, 2).subarray(0, 1), bytes(1, 2).subarray(1)],
  ['a buffer', bytes(1).buffer, bytes(2).buffer],
  ['parameters', new URLSearchParams('a=1'), new URLSearchParams('a=2')],
  ['a form', form('a'), form('b')],
  ['a form with another file', form(file), form(new File(['x'], 'order.txt'))],
  ['a Blob', new Blob(['x']), new Blob(['x'])],
  ['chunks', ['a', 'b'], ['a', 'c']],
  ['a body instead of none', undefined, 'a'],
])('another body is another order: %s', async (_, first, second) => {
  expect(await secondSends(first, second)).toBe(1);
});

test.each<[string, () => unknown]>([
  ['none', () => undefined],
  ['null', () => null],
  ['text', () => 'order'],
  ['bytes', () => bytes(1, 2)],
  ['a buffer', () => bytes(1, 2).buffer],
  ['parameters', () => new URLSearchParams('a=1')],
  ['a form', () => form('a')],
  ['a form with the same file', () => form(file)],
  ['the same Blob', () => file],
  ['chunks', () => ['or', bytes(1), 'der']],
  ['a function that returns text', () => () => 'order'],
])('the same body is not sent again: %s', async (_, body) => {
  expect(await secondSends(body(), body())).toBe(0);
});

test('the same bytes in other chunks are the same body', async () => {
  expect(await secondSends('order', [new TextEncoder().encode('or'), 'der'])).toBe(0);
});

describe('a body that cannot be compared is always sent', () => {
  const stream = new ReadableStream();
  test.each<[string, unknown]>([
    ['a stream', stream],
    ['chunks with a stream', ['order', stream]],
    ['a function that returns a stream', () => stream],
    ['a function that returns nothing yet', () => undefined],
    ['a function that returns a function', () => () => 'order'],
  ])('%s', async (_, body) => {
    expect(await secondSends(body, body)).toBe(1);
  });
});

test('a runtime without FormData compares the other bodies', async () => {
  vi.stubGlobal('FormData', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());

  expect(await secondSends(file, file)).toBe(0);
});
