import { quiet } from '../options/quiet.ts';
import type { Protocol, ProtocolReading, ProtocolRequest } from './protocol.ts';
import type { Rule } from './rules.ts';
import type { RequestRule } from './semantics.ts';

/** What a protocol read in a request. */
export interface Recognized {
  readonly protocol: Protocol;
  readonly reading: ProtocolReading;
}

/**
 * The first protocol that recognizes a request, and what it reads in it.
 *
 * @throws Whatever the protocol throws, or a TypeError if it returns a promise, which would permit what the method
 *   permits.
 */
export function recognize(request: ProtocolRequest, protocols: readonly Protocol[]): Recognized | undefined {
  for (const protocol of protocols) {
    const reading = quiet(protocol.read(request));
    if (reading instanceof Promise) throw new TypeError('read of a protocol must return its reading, not a promise');
    if (reading) return { protocol, reading };
  }
  return undefined;
}

function isErrorStatus(status: unknown): status is number {
  return typeof status === 'number' && status >= 400;
}

/** The rule for a request with what a protocol read in it. What the rule says about repeats comes first. */
export function ruleWith(rule: Rule | undefined, reading: ProtocolReading): RequestRule {
  const { subject, semantics, transientStatuses } = reading;
  const also: readonly unknown[] = Array.isArray(transientStatuses) ? transientStatuses : [];
  return {
    ...rule,
    ...(typeof subject === 'string' && { subject }),
    // No word at all permits nothing, either.
    ...(semantics !== 'method' && { semantics: semantics ?? 'unsafe' }),
    // A success stays one, whatever a description says.
    transientStatuses: [...(rule?.transientStatuses ?? []), ...also.filter(isErrorStatus)],
  };
}
