import type { Settings } from '../options/settings.ts';
import type { ProtocolReading, ProtocolRequest } from './protocol.ts';
import type { Rule } from './rules.ts';
import type { RequestRule } from './semantics.ts';

/**
 * What the first protocol that recognizes a request reads in it.
 *
 * @throws Whatever the protocol throws.
 */
export function readingOf(request: ProtocolRequest, protocols: Settings['protocols']): ProtocolReading | undefined {
  for (const protocol of protocols) {
    const reading = protocol.read(request);
    if (reading) return reading;
  }
  return undefined;
}

/** The rule for a request with what a protocol read in it. What the rule says about repeats comes first. */
export function ruleWith(rule: Rule | undefined, reading: ProtocolReading): RequestRule {
  const { subject, semantics, transientStatuses = [] } = reading;
  return {
    ...rule,
    subject,
    ...(semantics !== 'method' && { semantics }),
    // A success stays one, whatever a description says.
    transientStatuses: [...(rule?.transientStatuses ?? []), ...transientStatuses.filter((status) => status >= 400)],
  };
}
