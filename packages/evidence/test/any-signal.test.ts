import { listenersOf } from '@twicesafe/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { anySignal } from '../src/index.ts';

afterEach(() => vi.restoreAllMocks());

describe.each(['with AbortSignal.any', 'without it, as in React Native'])('%s', (name) => {
  const signals = () => {
    if (name.startsWith('without')) vi.spyOn(AbortSignal as { any: unknown }, 'any', 'get').mockReturnValue(undefined);
    const controllers = [new AbortController(), new AbortController()];
    return { controllers, any: anySignal(controllers.map(({ signal }) => signal)) };
  };

  test('the first abort counts, with its reason, and nothing is left', () => {
    const { controllers, any } = signals();
    expect(any.aborted).toBe(false);
    // A signal that lives long must not collect a listener from each call.
    const listeners = name.startsWith('without') ? [1, 1] : [0, 0];
    expect(controllers.map(({ signal }) => listenersOf(signal))).toEqual(listeners);

    controllers[1]?.abort('second');
    expect([any.aborted, any.reason]).toEqual([true, 'second']);
    controllers[0]?.abort('first');

    expect(any.reason).toBe('second');
    expect(controllers.map(({ signal }) => listenersOf(signal))).toEqual([0, 0]);
  });

  test('one that is aborted already aborts at once', () => {
    signals();

    expect(anySignal([new AbortController().signal, AbortSignal.abort('mine')]).reason).toBe('mine');
  });
});
