import { afterEach, expect, test, vi } from 'vitest';
import { Ambient } from '../../src/operation/ambient.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => vi.restoreAllMocks());

test('a value is available in everything that a call awaits', async () => {
  const ambient = new Ambient<string>();
  expect(ambient.value).toBeUndefined();

  const seen = await Promise.all(
    ['a', 'b'].map((value) =>
      ambient.run(value, async () => {
        await turn();
        return ambient.value;
      }),
    ),
  );

  expect(seen).toEqual(['a', 'b']);
  expect(ambient.value).toBeUndefined();
});

test.each<[string, () => unknown]>([
  ['has no such storage', () => undefined],
  [
    'throws when asked',
    () => {
      throw new Error('no');
    },
  ],
])('in a runtime that %s it holds until the callback returns', async (_, getBuiltinModule) => {
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(getBuiltinModule as never);
  const ambient = new Ambient<string>();

  const inside = ambient.run('outer', () => {
    const inner = ambient.run('inner', () => ambient.value);
    return [inner, ambient.value];
  });
  expect(() =>
    ambient.run('failed', () => {
      throw new Error('mine');
    }),
  ).toThrow('mine');

  expect(inside).toEqual(['inner', 'outer']);
  expect(ambient.value).toBeUndefined();
});
