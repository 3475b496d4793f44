import { methodSemantics } from '../decision/methods.ts';
import type { ProtocolKey, ProtocolReading } from '../decision/protocol.ts';
import { readingOf, ruleWith } from '../decision/reading.ts';
import { repeatabilityOf } from '../decision/repeatable.ts';
import type { RepeatContext } from '../decision/retry-context.ts';
import { ruleUnder } from '../decision/rule-under.ts';
import type { Rule } from '../decision/rules.ts';
import { type RequestRule, semanticsOf } from '../decision/semantics.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { callerKey, keyFor, type OperationKey } from '../keys/operation-key.ts';
import { checkKeyValue, customKeyScheme, type KeyScheme } from '../keys/scheme.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import type { Settings } from '../options/settings.ts';
import { bodyText } from './body-text.ts';
import type { Clock } from './clock.ts';
import { CallbackError } from './errors.ts';

const NO_HEADERS: OperationKey['headers'] = /* @__PURE__ */ Object.freeze([]);
const FORBIDDEN: Rule = /* @__PURE__ */ Object.freeze({ repeat: 'never' });
const NO_PROTOCOLS: Settings['protocols'] = /* @__PURE__ */ Object.freeze([]);

/** 0 if a second copy may do harm, 1 if only the key prevents harm, 2 if nothing can do harm, 3 if it asks for no change. */
export type Permissiveness = 0 | 1 | 2 | 3;

/** The request of an operation: its traits, the rule that matches it and the key that it carries, each found once. */
export class RequestState implements RepeatContext {
  readonly traits: RequestTraits;
  readonly idempotent: boolean | undefined;
  /** What the rules of the policy say, without what a protocol reads. */
  readonly declared: Rule | undefined;
  readonly #all: Settings['protocols'];
  /** Protocols that haven't been called yet. */
  #unread: Settings['protocols'];
  #rule: RequestRule | undefined;
  #body: unknown;
  /** null means that the search for a key header of the caller is still to come. Without a scheme it matters only after a failure. */
  #key: OperationKey | undefined | null = null;

  private constructor(
    traits: RequestTraits,
    idempotent: boolean | undefined,
    declared: Rule | undefined,
    protocols: Settings['protocols'],
    body: unknown,
  ) {
    this.traits = traits;
    this.idempotent = idempotent;
    this.declared = declared;
    this.#rule = declared;
    this.#all = protocols;
    this.#unread = protocols;
    this.#body = body;
  }

  /**
   * @param body - The request body: text, bytes, or a function that returns what is sent.
   * @throws {CallbackError} If a rule's `url.test`, a scheme's `generate` or a protocol throws, or returns what is not allowed.
   * @throws {TypeError | RangeError} For a key that cannot be sent.
   */
  static of(
    traits: RequestTraits,
    settings: Settings,
    options: RequestRetryOptions,
    clock: Clock,
    body: unknown,
  ): RequestState {
    const { rules, inner, protocols } = settings;
    const rule = rules.length > 0 || inner ? called('A rule', traits, () => ruleUnder(settings, traits)) : undefined;
    const state = new RequestState(traits, options.idempotent, rule, protocols, body);
    const explicit = options.idempotencyKey;
    const declared = rule?.idempotencyKey ?? settings.idempotencyKey ?? state.#namedScheme(settings, explicit);
    if (declared || explicit !== undefined)
      state.#key = keyFor({ traits, explicit, declared: declared && withNamedErrors(declared, traits) }, clock);
    return state;
  }

  /** The same operation, but with another request that was sent in place of this one, with the same key. */
  replacedBy(traits: RequestTraits, settings: Settings, body: unknown): RequestState {
    let rule: Rule | undefined = FORBIDDEN;
    try {
      rule = ruleUnder(settings, traits);
    } catch {
      // A rule that cannot be evaluated permits nothing.
    }
    const protocols = settings.protocols === this.#all ? this.#all : [...this.#all, ...settings.protocols];
    const replaced = new RequestState(traits, this.idempotent, rule, protocols, body);
    replaced.#key = this.#key && this.operationKey;
    return replaced;
  }

  /**
   * The matching rule of the policy, combined with the first protocol that recognizes the request. Asks the protocols.
   *
   * @throws Whatever a protocol throws.
   */
  get rule(): RequestRule | undefined {
    if (this.#unread.length === 0) return this.#rule;
    const protocols = this.#unread;
    this.#unread = NO_PROTOCOLS;
    // For the report, if a protocol throws.
    this.#rule = { ...this.declared, semantics: 'unsafe' };
    const reading = this.#readingBy(protocols);
    this.#rule = reading ? ruleWith(this.declared, reading) : this.declared;
    return this.#rule;
  }

  /** The same, as far as it is known. Asks nobody. */
  get known(): RequestRule | undefined {
    return this.#rule;
  }

  /** Whether a protocol may still have something to say. */
  get isUnread(): boolean {
    return this.#unread.length > 0;
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

  /** What the request permits, as far as it is known. If a callback throws, a retry isn't permitted. */
  get knownPermissiveness(): Permissiveness {
    return this.#permissivenessBy(() => this.known);
  }

  /** What the request permits by what protocols read in it, too. */
  get permissiveness(): Permissiveness {
    return this.#permissivenessBy(() => this.rule);
  }

  /** Ends the use of protocols, so that a response doesn't keep the request body in memory. */
  release(): void {
    this.#unread = NO_PROTOCOLS;
    this.#body = undefined;
  }

  /** A redirect may still remove the key, so the request is judged by what it permits without it too. */
  #permissivenessBy(ruleOf: () => RequestRule | undefined): Permissiveness {
    try {
      const { traits, idempotent, key } = this;
      const context = { traits, idempotent, rule: ruleOf() };
      if (!repeatabilityOf({ ...context, key: undefined }).repeatable)
        return repeatabilityOf({ ...context, key }).repeatable ? 1 : 0;
      return semanticsOf(context).safe ? 3 : 2;
    } catch {
      return 0;
    }
  }

  /** The key scheme that a protocol names for this request. Asks the protocols only where a key may be wanted. */
  #namedScheme({ protocols, maxAttempts }: Settings, explicit: string | undefined): KeyScheme | undefined {
    const wanted = explicit !== undefined || !methodSemantics(this.traits.method).idempotent;
    const named = protocols.filter(({ namesKeys }) => namesKeys);
    if (!wanted || named.length === 0) return undefined;
    return called('A protocol', this.traits, () => {
      const reading = this.#readingBy(named);
      return reading?.idempotencyKey && schemeOf(reading.idempotencyKey, maxAttempts > 1);
    });
  }

  #readingBy(protocols: Settings['protocols']): ProtocolReading | undefined {
    const { method, url, headers } = this.traits;
    return readingOf({ method, url, headers, body: () => bodyText(this.#body) }, protocols);
  }
}

/** A scheme without methods generates no key and uses the caller's. */
function schemeOf({ scheme, make }: ProtocolKey, retries: boolean): KeyScheme {
  const makes = make === 'always' || (make === 'for-retries' && retries);
  return customKeyScheme(makes ? scheme : { ...scheme, methods: [] });
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
