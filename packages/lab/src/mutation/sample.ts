import { createHash } from 'node:crypto';

/** The reason of a mutant that did not run. */
export const NOT_SAMPLED = 'not in the sample';

/** Whether a mutant belongs to a sample, the same one each time. It says nothing about its place in the source. */
export function isSampled(id: string, percent: number): boolean {
  return createHash('sha256').update(`mutant ${id}`).digest().readUInt32BE() < (percent / 100) * 2 ** 32;
}
