import { expect, test } from 'vitest';
import { fuzzGraphql } from '../support/fuzz-graphql.ts';

test('never misjudges an operation in 10,000 documents that graphql-js accepts', () => {
  const { executable, wrong, missed } = fuzzGraphql(10_000, 1_729);

  expect(wrong).toEqual([]);
  expect(missed).toEqual([]);
  expect(executable).toBeGreaterThan(2_000);
}, 30_000);
