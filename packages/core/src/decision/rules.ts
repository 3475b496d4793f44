import { checkKeyScheme, type KeyScheme } from '../keys/scheme.ts';
import { checkKnown, checkList, checkMade, checkNumber, checkOneOf, checkType, describe } from '../options/check.ts';
import { MAX_TIMER_MS } from '../options/defaults.ts';
import { quiet } from '../options/quiet.ts';
import type { BodyJudge } from './body-judge.ts';
import { methodSemantics } from './methods.ts';
import { FAILURE_KINDS, type FailureKind } from './outcome.ts';
import type { RequestTraits } from './traits.ts';

/** Overrides for some requests, matched by method and URL. The first rule that matches wins. */
export interface Rule {
  /** One method or several, as exact tokens. Without it every method matches. */
  readonly method?: string | readonly string[];
  /**
   * A RegExp, a URLPattern, or anything else with `test(url)`. It sees the URL without userinfo, query and fragment, so
   * that `/\/search$/` also matches `/search?q=1`. Without it every URL matches.
   */
  readonly url?: { test(url: string): boolean };
  /**
   * Whether `url` sees the query too.
   *
   * @default true for a RegExp that names one (`\\?`) and for a URLPattern, else false
   */
  readonly matchQuery?: boolean;
  /**
   * Whether a duplicate is harmless. `with-precondition`: only if the request carries one. Without it the method, the
   * key and the precondition decide as usual.
   */
  readonly repeat?: 'always' | 'never' | 'with-precondition';
  /**
   * Returns whether a request carries a precondition. Defaults to RFC 9110 section 13 for `If-Match` and
   * `If-None-Match`.
   */
  readonly precondition?: (traits: RequestTraits) => boolean;
  /** How these requests take idempotency keys, instead of the option of the same name. */
  readonly idempotencyKey?: KeyScheme;
  /** Statuses that mean "try again later" here, in addition to the usual ones. Some APIs use 403 or 200. */
  readonly transientStatuses?: readonly number[];
  /**
   * Judges the responses by their bodies, such as `judges.slack`. Its answer comes before that of a protocol. Of a
   * body, at most 64 KiB of JSON or XML are read, within the attempt's time limit and the deadline. You get the
   * response with all of its bytes.
   */
  readonly judge?: BodyJudge;
  /** Statuses and failure kinds that are final here, although they usually are transient. */
  readonly notTransient?: readonly (number | FailureKind)[];
  /** The limit of one attempt for these requests, in milliseconds, instead of the option of the same name. */
  readonly attemptTimeoutMs?: number;
}

const NAMES: readonly (keyof Rule)[] = [
  'method',
  'url',
  'matchQuery',
  'repeat',
  'precondition',
  'idempotencyKey',
  'transientStatuses',
  'judge',
  'notTransient',
  'attemptTimeoutMs',
];

const STATUS = { min: 200, max: 599, integer: true };

/**
 * The first rule that matches the request, if any.
 *
 * @throws Whatever a rule's `url.test` throws, or a TypeError if it returns anything but a boolean.
 */
export function ruleFor(traits: RequestTraits, rules: readonly Rule[]): Rule | undefined {
  return rules.find((rule) => matchesMethod(rule.method, traits.method) && matchesUrl(rule, traits.url));
}

function matchesMethod(wanted: Rule['method'], method: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === method : wanted.includes(method);
}

function matchesUrl({ url, matchQuery = !!url && asksForQuery(url) }: Rule, given: string): boolean {
  if (!url) return true;
  const plain = given.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1');
  const matches: unknown = quiet(url.test(matchQuery ? plain : plain.replace(/[?#].*$/s, '')));
  // A promise would match every URL.
  if (typeof matches !== 'boolean') throw new TypeError(`url.test must return true or false, not ${typeof matches}`);
  return matches;
}

/** A URLPattern matches the query with a separate component, which is a wildcard by default. */
function asksForQuery(url: object): boolean {
  return url instanceof RegExp ? url.source.includes('\\?') : 'search' in url;
}

/**
 * The rules, each a copy that gives the same answer every time.
 *
 * @throws {TypeError | RangeError} For a rule with an unknown member or a value that is not allowed.
 */
export function checkedRules(rules: readonly Rule[]): readonly Rule[] {
  return Object.freeze(rules.map(stateless));
}

/** @throws {TypeError | RangeError} For a rule with an unknown member or a value that is not allowed. */
export function checkRule(name: string, rule: Rule): void {
  checkKnown(name, rule, NAMES);
  checkList(`${name}.method`, typeof rule.method === 'string' ? [rule.method] : rule.method, checkMethod);
  checkUrl(`${name}.url`, rule.url);
  checkType(`${name}.matchQuery`, rule.matchQuery, 'boolean');
  checkOneOf(`${name}.repeat`, rule.repeat, ['always', 'never', 'with-precondition']);
  checkType(`${name}.precondition`, rule.precondition, 'function');
  if (rule.idempotencyKey !== undefined) checkKeyScheme(`${name}.idempotencyKey`, rule.idempotencyKey);
  checkList(`${name}.transientStatuses`, rule.transientStatuses, (at, status) => checkNumber(at, status, STATUS));
  if (rule.judge !== undefined)
    checkMade(`${name}.judge`, rule.judge, 'askAll', 'bodyJudge((response, text) => answer)');
  checkList(`${name}.notTransient`, rule.notTransient, (at, member) =>
    typeof member === 'string' ? checkOneOf(at, member, FAILURE_KINDS) : checkNumber(at, member, STATUS),
  );
  checkNumber(`${name}.attemptTimeoutMs`, rule.attemptTimeoutMs, { min: 1, max: MAX_TIMER_MS });
}

/**
 * Methods are case-sensitive, and fetch converts the common ones to upper case, so a rule for `put` would never match.
 */
function checkMethod(name: string, method: string): void {
  checkType(name, method ?? null, 'string');
  if (!methodSemantics(method).registered && methodSemantics(method.toUpperCase()).registered) {
    throw new RangeError(
      `${name} must be an exact method, so ${describe(method.toUpperCase())}, not ${describe(method)}`,
    );
  }
}

function checkUrl(name: string, url: Rule['url']): void {
  if (url === undefined || typeof (url as { test?: unknown } | null)?.test === 'function') return;
  throw new TypeError(
    `${name} must be a RegExp, a URLPattern or another object with a test(url) function, not ${describe(url)}`,
  );
}

/**
 * Returns a frozen copy. A global or sticky RegExp remembers where it stopped, and would match only every second
 * time.
 */
function stateless(rule: Rule): Rule {
  const copy: { -readonly [Name in keyof Rule]: Rule[Name] } = { ...rule };
  for (const name of ['method', 'transientStatuses', 'notTransient'] as const)
    if (Array.isArray(copy[name])) copy[name] = [...copy[name]] as never;
  const { url } = copy;
  if (url instanceof RegExp) copy.url = new RegExp(url.source, url.flags.replace(/[gy]/g, ''));
  return copy;
}
