import { type MethodSemantics, methodSemantics } from './methods.ts';
import type { ProtocolSemantics } from './protocol.ts';
import type { RepeatContext } from './retry-context.ts';
import type { Rule } from './rules.ts';

/** The rule for a request, with what a protocol read in the request. */
export interface RequestRule extends Rule {
  /** What the request may do, if a protocol says more than the method. */
  readonly semantics?: Exclude<ProtocolSemantics, 'method'>;
  /** What the request is, in the protocol's terms. */
  readonly subject?: string;
}

/** What a request may do: as a protocol read it, else as the registry says of its method. */
export function semanticsOf({
  traits,
  rule,
}: Pick<RepeatContext, 'traits' | 'rule'>): Omit<MethodSemantics, 'registered'> {
  const semantics = rule?.semantics;
  if (semantics === undefined) return methodSemantics(traits.method);
  const safe = semantics === 'safe';
  // Unknown values don't permit a retry.
  return { safe, idempotent: safe || semantics === 'idempotent' };
}

/**
 * Whether a request only asks to read. A caller who declares that a GET must not be repeated knows of an effect that
 * the method does not show.
 */
export function asksForNoChange(context: Pick<RepeatContext, 'traits' | 'idempotent' | 'rule'>): boolean {
  const { idempotent, rule } = context;
  return semanticsOf(context).safe && (idempotent ?? rule?.repeat !== 'never');
}
