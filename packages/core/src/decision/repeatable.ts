import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import { quiet } from '../options/quiet.ts';
import type { Settings } from '../options/settings.ts';
import { carriesPrecondition } from './precondition.ts';
import type { RetryReason, StopReason } from './reason.ts';
import type { RepeatContext, RetryContext } from './retry-context.ts';
import { semanticsOf } from './semantics.ts';

/** Whether a duplicate is harmless, and why. */
export type Repeatability =
  | { readonly repeatable: true; readonly reason: RetryReason }
  | { readonly repeatable: false; readonly reason: StopReason };

/**
 * Decides whether the request may be sent again after its last attempt. It may if the request provably wasn't
 * processed, or if a duplicate is harmless. A proof about the last attempt doesn't cover earlier ones.
 */
export function judgeRepeat(context: RetryContext, settings: Pick<Settings, 'refusedStatuses'>): Repeatability {
  const delivery = deliveryOfOutcome(context.outcome, settings);
  if (!context.doubtful && (delivery === 'never-sent' || delivery === 'refused')) return yes(delivery);
  return repeatabilityOf(context);
}

const no = (reason: StopReason): Repeatability => ({ repeatable: false, reason });
const yes = (reason: RetryReason): Repeatability => ({ repeatable: true, reason });

/**
 * Decides whether the request may take effect twice without harm, regardless of how its first attempt ended. A
 * declaration overrides the method, whether it permits or forbids. Then the protocol or the method, the key and the
 * precondition decide (RFC 9110 section 9.2.2, exception (i)).
 *
 * @throws Whatever the rule's `precondition` throws.
 *
 * @example
 * const traits = { method: 'PUT', url: 'https://api.example/orders/7', headers: headersFrom({}) };
 * repeatabilityOf({ traits, idempotent: undefined, key: undefined, rule: undefined });
 * // { repeatable: true, reason: 'idempotent-method' }
 */
export function repeatabilityOf(context: RepeatContext): Repeatability {
  const { idempotent, rule } = context;
  if (idempotent !== undefined) return idempotent ? yes('declared-repeatable') : no('declared-not-repeatable');
  if (rule?.repeat === 'always') return yes('declared-repeatable');
  if (rule?.repeat === 'never') return no('declared-not-repeatable');
  if (rule?.repeat === 'with-precondition')
    return isConditional(context) ? yes('precondition') : no('precondition-missing');

  return bySemantics(context);
}

/** Without a declaration, the protocol or the method, the key and the precondition decide. */
function bySemantics(context: RepeatContext): Repeatability {
  const { safe, idempotent } = semanticsOf(context);
  const isRead = context.rule?.semantics !== undefined;
  if (safe) return yes(isRead ? 'protocol-safe' : 'safe-method');
  if (idempotent) return yes(isRead ? 'protocol-idempotent' : 'idempotent-method');
  if (context.key) return yes('idempotency-key');
  if (isConditional(context)) return yes('precondition');
  return no(isRead ? 'protocol-unsafe' : 'not-repeatable');
}

/** Only `true` permits a retry. A promise or another truthy value doesn't. */
function isConditional({ traits, rule }: RepeatContext): boolean {
  return quiet((rule?.precondition ?? carriesPrecondition)(traits)) === true;
}
