import type { Rule } from '../model/rule.ts';
import type { RequestTraits } from '../model/traits.ts';
import { checkKnown, checkList, checkNumber, checkOneOf, checkType } from './check.ts';
import { checkKeyScheme } from './key-scheme.ts';

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
