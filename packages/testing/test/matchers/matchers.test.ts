import { expect as jestExpect } from 'expect';
import { expect, test } from 'vitest';
import '../../src/matchers/vitest.ts';
import { matchers } from '../../src/matchers/index.ts';
import { post, postAgain, postWithKey } from '../support/post.ts';

const options = { faults: ['failed500', 'resetAfter'], on: [1], time: 'virtual' } as const;

const message = [
  '1 of 3 runs were not safe:',
  '  resetAfter, attempt 1: DOUBLED (arrivals 2, effects 2, said done)',
].join('\n');

test("vitest's expect passes a safe function, and names unsafe runs", async () => {
  await expect(postWithKey).toBeSafeUnderFaults(options);
  await expect(postAgain).not.toBeSafeUnderFaults(options);

  await expect(expect(postAgain).toBeSafeUnderFaults(options)).rejects.toThrow(message);
  await expect(expect(post).not.toBeSafeUnderFaults(options)).rejects.toThrow('All 3 runs were safe.');
});

test("jest's expect does the same", async () => {
  jestExpect.extend(matchers as never);
  const safe = (run: unknown) => jestExpect(run) as unknown as { toBeSafeUnderFaults(given: object): Promise<void> };

  await safe(postWithKey).toBeSafeUnderFaults(options);

  await expect(safe(postAgain).toBeSafeUnderFaults(options)).rejects.toThrow(message);
});

test('the jest entry extends the global expect, and reports a missing one', async () => {
  await expect(import('../../src/matchers/jest.ts')).rejects.toThrow('list this module in setupFilesAfterEnv');

  const extended: unknown[] = [];
  Object.assign(globalThis, { expect: { extend: (added: unknown) => extended.push(added) } });
  try {
    await import('../../src/matchers/jest.ts?again' as string);
  } finally {
    Reflect.deleteProperty(globalThis, 'expect');
  }
  expect(extended).toEqual([matchers]);
});

test('a proof that cannot be made is an error, also with not', async () => {
  const never = async (): Promise<string> => 'done';

  await expect(expect(never).not.toBeSafeUnderFaults(options)).rejects.toMatchObject({ code: 'client-never-came' });
});
