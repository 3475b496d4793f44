import type { ProtocolAnswer, ProtocolReading, ProtocolSemantics } from '../protocol.ts';

const DANGERS: readonly ProtocolSemantics[] = ['unsafe', 'method', 'idempotent', 'safe'];

/**
 * Returns the reading of a batch, which is the reading of its most dangerous member.
 *
 * @param protocol - The name that starts the subject.
 * @returns The reading, or undefined if the batch is empty or a member can't be read.
 */
export function batchReading(
  protocol: string,
  members: readonly (ProtocolReading | undefined)[],
): ProtocolReading | undefined {
  const readings = members.filter((member) => member !== undefined);
  const [worst] = DANGERS.flatMap((danger) => readings.filter(({ semantics }) => semantics === danger));
  if (!worst || readings.length < members.length) return undefined;
  const batch = members.length > 1 ? `batch of ${members.length} with ` : '';
  return { subject: `${protocol} ${batch}${worst.subject}`, semantics: worst.semantics };
}

/**
 * Combines the answers to a batch's members. The result is a refusal only if every member was refused with the same
 * verdict, because a member that succeeded may have taken effect.
 */
export function batchAnswer(members: readonly (ProtocolAnswer | undefined)[]): ProtocolAnswer | undefined {
  const answers = members.filter((member) => member !== undefined);
  const worst = answers.find(({ verdict }) => verdict === 'transient') ?? answers[0];
  if (!worst) return undefined;
  const { verdict, subject } = worst;
  const refused = members.every((member) => member?.refused && member.verdict === verdict) ? worst.refused : undefined;
  const waitMs = answers.reduce((longest, answer) => Math.max(longest, answer.waitMs ?? 0), 0) || undefined;
  return { verdict, subject, refused, waitMs };
}
