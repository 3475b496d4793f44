import { expect, test } from 'vitest';
import { claimOf, type Settled } from '../../src/prove/claim.ts';

const inDoubt = new Error('reset');
const reportOf = (value: unknown): { effect: string } | undefined =>
  value === inDoubt ? { effect: 'maybe-applied' } : undefined;

const resolved = (value: unknown): Settled => ({ status: 'fulfilled', value });
const rejected = (reason: unknown): Settled => ({ status: 'rejected', reason });

test.each<[string, string, Settled]>([
  ['done', 'nothing', resolved(undefined)],
  ['done', 'a value', resolved({ id: 7 })],
  ['done', 'a successful response', resolved(new Response('ok'))],
  ['done', "axios's successful response", resolved({ status: 201, data: {} })],
  ['failed', 'an error', rejected(new Error('no'))],
  ['failed', 'nothing thrown', rejected(undefined)],
  ['failed', 'a response that is not ok', resolved(new Response('', { status: 502 }))],
  ['failed', 'a redirect that was not followed', resolved({ statusCode: 307 })],
  ['done', 'a value with a status that is none of HTTP', resolved({ status: 1 })],
  ['failed', 'a value that says so', resolved({ claim: 'failed' })],
  ['unknown', 'an error that says so', rejected({ claim: 'unknown' })],
  ['unknown', 'an error that twicesafe reports as maybe-applied', rejected(inDoubt)],
  ['done', 'an error that says it is done all the same', rejected({ claim: 'done' })],
  ['done', 'a member claim that is none of ours', resolved({ claim: 'a lawsuit' })],
])('%s: %s', (claim, _, settled) => {
  expect(claimOf(settled, reportOf)).toBe(claim);
});
