import { EventEmitter } from 'node:events';
import { listenersOf } from '@twicesafe/testing';
import { expect, test, vi } from 'vitest';
import { isAborted, onAbort } from '../src/on-abort.ts';

test.each<[name: string, signal: unknown, aborted: boolean]>([
  ['no signal', undefined, false],
  ['null', null, false],
  ['an event emitter', new EventEmitter(), false],
  ['a signal', new AbortController().signal, false],
  ['an aborted signal', AbortSignal.abort(), true],
  ["a polyfill's signal with another value", { aborted: 1 }, false],
])('%s is aborted: %s', (_, signal, aborted) => {
  expect(isAborted(signal)).toBe(aborted);
});

test.each<[name: string, make: () => { signal: object; abort(): void; listeners(): number }]>([
  [
    'a signal',
    () => {
      const controller = new AbortController();
      const { signal } = controller;
      return { signal, abort: () => controller.abort(), listeners: () => listenersOf(signal) };
    },
  ],
  [
    'an event emitter',
    () => {
      const signal = new EventEmitter();
      return { signal, abort: () => signal.emit('abort'), listeners: () => signal.listenerCount('abort') };
    },
  ],
])('%s calls back on its abort, until the caller stops listening', (_, make) => {
  const callback = vi.fn();
  const heard = make();
  const left = make();

  onAbort(heard.signal, callback);
  const stop = onAbort(left.signal, callback);
  heard.abort();
  const listening = left.listeners();
  stop();
  left.abort();

  expect(callback).toHaveBeenCalledOnce();
  expect([listening, left.listeners()]).toEqual([1, 0]);
});

test('what takes no listeners is left alone', () => {
  expect(() => onAbort({}, () => {})()).not.toThrow();
});
