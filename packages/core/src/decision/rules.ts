import type { KeyScheme } from '../keys/scheme.ts';
import { checkKeyScheme } from '../keys/scheme.ts';
import { checkKnown, checkList, checkNumber, checkOneOf, checkType } from '../options/check.ts';
import type { RequestTraits } from './traits.ts';

/** What is known of some requests that their method does not tell. The first rule that matches wins. */
export interface Rule {
  /** One method or several, as exact tokens. Without it every method matches. */
  readonly method?: string | readonly string[];
  /** Anything with `test(url)`: a RegExp, a URLPattern. Without it every URL matches. */
  readonly url?: { test(url: string): boolean };
  /**
   * Whether a second copy does no harm. `with-precondition`: only if the request carries one. Without it the method, the
   * key and the precondition decide as usual.
   */
  readonly repeat?: 'always' | 'never' | 'with-precondition';
  /** Tells whether a request carries a precondition. Without it: the rules of RFC 9110 section 13 for `If-Match` and `If-None-Match`. */
  readonly precondition?: (traits: RequestTraits) => boolean;
  /** How these requests take idempotency keys; instead of the option of the same name. */
  readonly idempotencyKey?: KeyScheme;
  /** Statuses that mean "try again later" here, beside the usual ones: 403 or 200 in some APIs. */
  readonly transientStatuses?: readonly number[];
}

const NAMES = ['method', 'url', 'repeat', 'precondition', 'idempotencyKey', 'transientStatuses'];

/** The first rule that matches the request, if any. */
export function ruleFor(traits: RequestTraits, rules: readonly Rule[]): Rule | undefined {
  return rules.find((rule) => matchesMethod(rule.method, traits.method) && (rule.url?.test(traits.url) ?? true));
}

function matchesMethod(wanted: Rule['method'], method: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === method : wanted.includes(method);
}

/**
 * The rules, each a copy, fit to be asked again and again.
 *
 * @throws {TypeError | RangeError} For a rule with an unknown member or a value that is not allowed.
 */
export function checkedRules(rules: readonly Rule[] = []): readonly Rule[] {
  checkList('rules', rules, checkRule);
  return rules.map(stateless);
}

function checkRule(name: string, rule: Rule): void {
  checkKnown(name, rule, NAMES);
  checkList(`${name}.method`, typeof rule.method === 'string' ? [rule.method] : rule.method, (at, method) =>
    checkType(at, method, 'string'),
  );
  if (rule.url !== undefined) checkType(`${name}.url.test`, rule.url?.test ?? null, 'function');
  checkOneOf(`${name}.repeat`, rule.repeat, ['always', 'never', 'with-precondition']);
  checkType(`${name}.precondition`, rule.precondition, 'function');
  if (rule.idempotencyKey) checkKeyScheme(`${name}.idempotencyKey`, rule.idempotencyKey);
  checkList(`${name}.transientStatuses`, rule.transientStatuses, (at, status) =>
    checkNumber(at, status, { min: 200, max: 599, integer: true }),
  );
}

/** A global or sticky RegExp remembers where it stopped, and would match every second time. */
function stateless(rule: Rule): Rule {
  const { url } = rule;
  return url instanceof RegExp ? { ...rule, url: new RegExp(url.source, url.flags.replace(/[gy]/g, '')) } : { ...rule };
}
