import { quiet } from '../options/quiet.ts';
import type { Settings } from '../options/settings.ts';
import { carriesPrecondition } from './precondition.ts';
import { type Rule, ruleFor } from './rules.ts';
import type { RequestTraits } from './traits.ts';

type RuleSettings = Pick<Settings, 'rules' | 'idempotencyKey' | 'inner'>;

/**
 * The rule for a request. Combines the rules of nested clients. If either policy forbids a retry, it is forbidden. The
 * inner key scheme and the inner judge apply if the outer policy lacks them.
 *
 * @throws Whatever a rule's `url.test` throws.
 */
export function ruleUnder(settings: RuleSettings, traits: RequestTraits): Rule | undefined {
  const { rules, inner, idempotencyKey } = settings;
  const outer = rules.length > 0 ? ruleFor(traits, rules) : undefined;
  const within = inner && ruleUnder(inner, traits);
  if (!inner || !within) return outer;
  // The same scheme: the outer policy has none of its own.
  const key = outer?.idempotencyKey ?? (idempotencyKey === inner.idempotencyKey ? within.idempotencyKey : undefined);
  return {
    ...outer,
    ...restriction(outer, within),
    ...(key && { idempotencyKey: key }),
    ...(within.judge && !outer?.judge && { judge: within.judge }),
    ...(within.notTransient && { notTransient: [...(outer?.notTransient ?? []), ...within.notTransient] }),
  };
}

/** Returns the `repeat` of the inner rule if it is stricter than the outer one. */
function restriction(outer: Rule | undefined, inner: Rule): Rule {
  if (inner.repeat === 'never') return { repeat: 'never' };
  if (inner.repeat !== 'with-precondition' || outer?.repeat === 'never') return {};
  const wanted = outer?.repeat === 'with-precondition' ? [outer, inner] : [inner];
  return {
    repeat: 'with-precondition',
    precondition: (traits) =>
      wanted.every((rule) => quiet((rule.precondition ?? carriesPrecondition)(traits)) === true),
  };
}
