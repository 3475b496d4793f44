import { ruleUnder } from '../decision/rule-under.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import type { Policy } from './policy.ts';
import { optionsFor } from './with-retry.ts';

/**
 * The options for a request whose schema states that a duplicate is harmless. It is repeatable, unless the caller or a
 * rule decides otherwise.
 *
 * @param own - The caller's own options for this request.
 * @param body - The request body, if it can be compared: text or bytes.
 * @example
 * const options = call.readOnly ? declaredRepeatable(policy, traits, own, body) : own;
 */
export function declaredRepeatable(
  policy: Policy,
  traits: RequestTraits,
  own: RequestRetryOptions | undefined,
  body: unknown,
): RequestRetryOptions | undefined {
  const options = optionsFor(traits, own, body);
  return options?.idempotent !== undefined || isRuled(policy, traits) ? own : { ...own, idempotent: true };
}

function isRuled({ settings }: Policy, traits: RequestTraits): boolean {
  try {
    return ruleUnder(settings, traits)?.repeat !== undefined;
  } catch {
    // The operation evaluates it again, and reports what it throws.
    return true;
  }
}
