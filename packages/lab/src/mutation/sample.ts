import { createHash } from 'node:crypto';

/** The environment variable that tells Stryker's process the share, in percent. */
export const SAMPLE = 'TWICESAFE_MUTATION_SAMPLE';

/** Whether a mutant belongs to a sample, the same one each time. It says nothing about its place in the source. */
export function isSampled(id: string, percent: number): boolean {
  return createHash('sha256').update(`mutant ${id}`).digest().readUInt32BE() < (percent / 100) * 2 ** 32;
}
