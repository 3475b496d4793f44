import type { ProtocolAnswer } from '../protocol.ts';

/**
 * The answer to a batch, from the answers to its members. It is a refusal only if every member was refused for the same
 * verdict: a member that succeeded may have taken effect.
 */
export function worstOf(answers: readonly (ProtocolAnswer | undefined)[]): ProtocolAnswer | undefined {
  const told = answers.filter((answer) => answer !== undefined);
  const worst =
    told.find(({ verdict }) => verdict === 'transient') ?? told.find(({ verdict }) => verdict === 'final') ?? told[0];
  if (!worst) return undefined;
  const waitMs = Math.max(0, ...told.map((answer) => answer.waitMs ?? 0));
  const refused = answers.every((answer) => answer?.refused && answer.verdict === worst.verdict) && worst.refused;
  return { verdict: worst.verdict, subject: worst.subject, ...(refused && { refused }), ...(waitMs > 0 && { waitMs }) };
}
