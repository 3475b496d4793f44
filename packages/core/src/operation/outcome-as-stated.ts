import type { Outcome } from '../decision/outcome.ts';
import type { Settings } from '../options/settings.ts';

/**
 * An outcome, corrected by what only the caller knows. That is whether the caller gave up, and whether the function
 * that the client sends through repeats requests.
 */
export function outcomeAsStated(
  outcome: Outcome,
  { innerRetries }: Pick<Settings, 'innerRetries'>,
  aborted: boolean,
): Outcome {
  // Only the signal knows: some runtimes throw AbortError without an abort, and others throw anything after one.
  if (outcome.type === 'failure') return aborted ? { ...outcome, kind: 'caller-abort' } : outcome;
  return outcome.unseenCopies && innerRetries === 'none' ? { ...outcome, unseenCopies: false } : outcome;
}
