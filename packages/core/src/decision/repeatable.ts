import { deliveryOfOutcome } from '../effect/delivery.ts';
import type { Settings } from '../options/settings.ts';
import { methodSemantics } from './methods.ts';
import { carriesPrecondition } from './precondition.ts';
import type { RetryReason, StopReason } from './reason.ts';
import type { RetryContext } from './retry-context.ts';
import { ruleFor } from './rules.ts';

/** Whether a second copy does no harm, and by what. */
export type Repeatability =
  | { readonly repeatable: true; readonly reason: RetryReason }
  | { readonly repeatable: false; readonly reason: StopReason };

/**
 * Whether the request may be sent again after its last attempt: by proof that no copy was processed, or because a second
 * copy does no harm. The proof is worth nothing if it is only about the last copy.
 */
export function judgeRepeat(context: RetryContext, settings: Settings): Repeatability {
  const delivery = deliveryOfOutcome(context.outcome, settings);
  if (!context.doubtful && (delivery === 'never-sent' || delivery === 'refused')) return yes(delivery);
  return repeatabilityOf(context, settings);
}

const no = (reason: StopReason): Repeatability => ({ repeatable: false, reason });
const yes = (reason: RetryReason): Repeatability => ({ repeatable: true, reason });

/**
 * Whether the request may take effect twice without harm, whatever became of its first copy. What was declared beats the
 * method both ways; then the method, the key and the precondition are asked (RFC 9110 section 9.2.2, exception (i)).
 */
export function repeatabilityOf(
  { traits, idempotent, key }: Pick<RetryContext, 'traits' | 'idempotent' | 'key'>,
  { rules }: Pick<Settings, 'rules'>,
): Repeatability {
  if (idempotent !== undefined) return idempotent ? yes('declared-repeatable') : no('declared-not-repeatable');

  const rule = ruleFor(traits, rules);
  if (rule?.repeat === 'always') return yes('declared-repeatable');
  if (rule?.repeat === 'never') return no('declared-not-repeatable');
  const conditional = (rule?.precondition ?? carriesPrecondition)(traits);
  if (rule?.repeat === 'with-precondition') return conditional ? yes('precondition') : no('precondition-missing');

  const { safe, idempotent: byMethod } = methodSemantics(traits.method);
  if (safe) return yes('safe-method');
  if (byMethod) return yes('idempotent-method');
  if (key) return yes('idempotency-key');
  return conditional ? yes('precondition') : no('not-repeatable');
}
