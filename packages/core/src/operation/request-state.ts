import { methodSemantics } from '../decision/methods.ts';
import { repeatabilityOf } from '../decision/repeatable.ts';
import type { RepeatContext } from '../decision/retry-context.ts';
import { ruleUnder } from '../decision/rule-under.ts';
import type { Rule } from '../decision/rules.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { callerKey, keyFor, type OperationKey } from '../keys/operation-key.ts';
import { checkKeyValue, type KeyScheme } from '../keys/scheme.ts';
import type { RequestRetryOptions } from '../options/options.ts';
import type { Settings } from '../options/settings.ts';
import type { Clock } from './clock.ts';
import { CallbackError } from './errors.ts';

const NO_HEADERS: OperationKey['headers'] = /* @__PURE__ */ Object.freeze([]);
const FORBIDDEN: Rule = /* @__PURE__ */ Object.freeze({ repeat: 'never' });

/** The request of an operation: its traits, the rule that matches it and the key that it carries, each found once. */
export class RequestState implements RepeatContext {
  readonly traits: RequestTraits;
  readonly idempotent: boolean | undefined;
  readonly rule: Rule | undefined;
  /** null: nobody has looked for a key that the caller set by hand. Without a scheme it matters only after a failure. */
  #key: OperationKey | undefined | null;

  private constructor(
    traits: RequestTraits,
    idempotent: boolean | undefined,
    rule: Rule | undefined,
    key: OperationKey | undefined | null,
  ) {
    this.traits = traits;
    this.idempotent = idempotent;
    this.rule = rule;
    this.#key = key;
  }

  /**
   * @throws {CallbackError} If a rule's `url.test` or a scheme's `generate` throws, or returns what is not allowed.
   * @throws {TypeError | RangeError} For a key that cannot be sent.
   */
  static of(traits: RequestTraits, settings: Settings, options: RequestRetryOptions, clock: Clock): RequestState {
    const { rules, inner, idempotencyKey } = settings;
    const rule = rules.length > 0 || inner ? called('A rule', traits, () => ruleUnder(settings, traits)) : undefined;
    const declared = rule?.idempotencyKey ?? idempotencyKey;
    const explicit = options.idempotencyKey;
    const key =
      declared || explicit !== undefined
        ? keyFor({ traits, explicit, declared: declared && withNamedErrors(declared, traits) }, clock)
        : null;
    return new RequestState(traits, options.idempotent, rule, key);
  }

  /** The same operation, but with another request that was sent in place of this one, with the same key. */
  replacedBy(traits: RequestTraits, settings: Settings): RequestState {
    let rule: Rule | undefined = FORBIDDEN;
    try {
      rule = ruleUnder(settings, traits);
    } catch {
      // A rule that cannot be evaluated permits nothing.
    }
    return new RequestState(traits, this.idempotent, rule, this.#key && this.operationKey);
  }

  get operationKey(): OperationKey | undefined {
    if (this.#key === null) this.#key = callerKey(this.traits);
    return this.#key;
  }

  get key(): OperationKey['key'] | undefined {
    return this.operationKey?.key;
  }

  /** The headers that carry the key, the same on every attempt. */
  get keyHeaders(): OperationKey['headers'] {
    return this.#key?.headers ?? NO_HEADERS;
  }

  /**
   * 0 if a second copy may do harm, 1 if only the key prevents harm, and a redirect may still remove it, 2 if nothing can do harm, 3
   * if the request asks for no change. A callback that throws permits nothing.
   */
  get permissiveness(): 0 | 1 | 2 | 3 {
    try {
      const { traits, idempotent, rule } = this;
      if (!repeatabilityOf({ traits, idempotent, rule, key: undefined }).repeatable)
        return repeatabilityOf(this).repeatable ? 1 : 0;
      return methodSemantics(traits.method).safe ? 3 : 2;
    } catch {
      return 0;
    }
  }
}

function withNamedErrors(scheme: KeyScheme, traits: RequestTraits): KeyScheme {
  const { generate } = scheme;
  if (!generate) return scheme;
  const checked = (): string => {
    const value = generate();
    checkKeyValue('the generated idempotency key', value ?? null, scheme);
    return value;
  };
  return { ...scheme, generate: () => called('generate of the key scheme', traits, checked) };
}

function called<Value>(what: string, traits: RequestTraits, callback: () => Value): Value {
  try {
    return callback();
  } catch (cause) {
    throw new CallbackError(what, traits, cause);
  }
}
