import { expect, test } from 'vitest';
import { fuzzGraphql } from '../support/fuzz-graphql.ts';

test('calls no mutation or subscription safe, and no query unsafe, in 10,000 documents that graphql-js reads too', () => {
  const { executable, wrong, missed } = fuzzGraphql(10_000, 1_729);

  expect(wrong).toEqual([]);
  expect(missed).toEqual([]);
  expect(executable).toBeGreaterThan(2_000);
}, 30_000);
