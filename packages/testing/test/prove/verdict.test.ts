import { expect, test } from 'vitest';
import { type Sighting, verdictOf } from '../../src/prove/verdict.ts';

const wellDone: Sighting = {
  claim: 'done',
  reached: true,
  effects: 1,
  expected: 1,
  doubled: false,
  twinned: true,
  early: false,
};

const twice = { effects: 2, doubled: true } as const;

test.each<[string, Partial<Sighting>]>([
  ['ok', {}],
  ['ok', { effects: 0, expected: 0 }],
  ['too early', { early: true }],
  ['DOUBLED', { ...twice, twinned: false }],
  ['DOUBLED', { ...twice, twinned: false, claim: 'none' }],
  ['DOUBLED', { ...twice, twinned: false, claim: 'unknown', reached: false }],
  ['needs key', twice],
  ['needs key', { ...twice, claim: 'failed' }],
  ['LIED', { effects: 0 }],
  ['LIED', { effects: 0, reached: false }],
  ['LIED', { effects: 1, expected: 2 }],
  ['HUNG', { claim: 'none' }],
  ['HUNG', { claim: 'none', effects: 0, reached: false }],
  ['misled', { claim: 'failed' }],
  ['misled', { claim: 'failed', effects: 1, expected: 2 }],
  ['lost', { claim: 'failed', effects: 0 }],
  ['in doubt', { claim: 'unknown' }],
  ['in doubt', { claim: 'unknown', effects: 0 }],
  ['not reached', { reached: false }],
  ['not reached', { reached: false, claim: 'failed', effects: 0 }],
])('%s: %j', (verdict, sighting) => {
  expect(verdictOf({ ...wellDone, ...sighting })).toBe(verdict);
});
