import type { BodyJudge } from '../decision/body-judge.ts';
import { methodSemantics } from '../decision/methods.ts';
import type { ProtocolReader, ProtocolResponse } from '../decision/protocol.ts';
import { repeatabilityOf } from '../decision/repeatable.ts';
import type { RepeatContext } from '../decision/retry-context.ts';
import { ruleUnder } from '../decision/rule-under.ts';
import type { Rule } from '../decision/rules.ts';
import { type RequestRule, semanticsOf } from '../decision/semantics.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { callerKey, isCarried, keyFor, type OperationKey } from '../keys/operation-key.ts';
import { checkKeyValue, type KeyScheme } from '../keys/scheme.ts';
import { quiet } from '../options/quiet.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import type { Settings } from '../options/settings.ts';
import type { Clock } from './clock.ts';
import { CallbackError } from './errors.ts';

const NO_HEADERS: OperationKey['headers'] = /* @__PURE__ */ Object.freeze([]);
const FORBIDDEN: Rule = /* @__PURE__ */ Object.freeze({ repeat: 'never' });

/** 0 if a duplicate may do harm, 1 if only the key prevents harm, 2 if it is harmless, 3 if the request only reads. */
export type Permissiveness = 0 | 1 | 2 | 3;

/** The request of an operation: its traits, the rule that matches it and the key that it carries, each found once. */
export class RequestState implements RepeatContext {
  readonly traits: RequestTraits;
  readonly idempotent: boolean | undefined;
  /** What the rules of the policy say, without what a protocol reads. */
  readonly declared: Rule | undefined;
  readonly #protocols: Settings['protocols'];
  readonly #reader: ProtocolReader | undefined;
  #rule: RequestRule | undefined;
  /** null until the caller's key header is looked up. Without a scheme, that matters only after a failure. */
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
    this.#protocols = protocols;
    this.#reader = protocols[0]?.openReader(traits, protocols, body);
  }

  /**
   * @param body - The request body: text, bytes, or a function that returns what is sent.
   * @throws {CallbackError} If a rule's `url.test`, a scheme's `generate` or a protocol throws or returns bad values.
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

  /** The same operation with another request, sent in place of this one, and with the same key if it has it. */
  replacedBy(traits: RequestTraits, settings: Settings, body: unknown): RequestState {
    let rule: Rule | undefined = FORBIDDEN;
    try {
      rule = ruleUnder(settings, traits);
    } catch {
      // A rule that cannot be evaluated permits nothing.
    }
    const ours = this.#protocols;
    const protocols = settings.protocols === ours ? ours : [...ours, ...settings.protocols];
    const replaced = new RequestState(traits, this.idempotent, rule, protocols, body);
    replaced.#key = this.#key && !isCarried(this.#key, this.traits, traits) ? undefined : this.#key;
    return replaced;
  }

  /**
   * The matching rule of the policy, combined with the first protocol that recognizes the request. Asks the protocols.
   *
   * @throws Whatever a protocol throws.
   */
  get rule(): RequestRule | undefined {
    const reader = this.#reader;
    if (!reader?.isUnread) return this.#rule;
    // For the report, if a protocol throws.
    this.#rule = { ...this.declared, semantics: 'unsafe' };
    this.#rule = reader.ruleWith(this.declared);
    return this.#rule;
  }

  /** The same, as far as it is known. Asks nobody. */
  get known(): RequestRule | undefined {
    return this.#rule;
  }

  /** Whether a protocol may still have something to say. */
  get isUnread(): boolean {
    return this.#reader?.isUnread ?? false;
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

  /** Whether a body may have to be judged. Asks nobody. */
  get mayJudge(): boolean {
    return this.declared?.judge !== undefined || (this.#reader?.mayJudge ?? false);
  }

  /**
   * The judges that want to see this response, that of the rule first.
   *
   * @throws Whatever a protocol or a judge throws.
   */
  judgesOf(response: ProtocolResponse): readonly BodyJudge[] {
    const judge = this.declared?.judge;
    const ofRule = quiet(judge?.wants?.(response)) === false ? undefined : judge;
    const reader = this.#reader;
    // Once the rule is known, the reader knows which protocol speaks for the request.
    const ofProtocol = reader?.wants(response) && this.rule && reader.wants(response) ? reader.judge : undefined;
    return [ofRule, ofProtocol].filter((each) => each !== undefined);
  }

  /** Ends the use of protocols, so that a response doesn't keep the request body in memory. */
  release(): void {
    this.#reader?.release();
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
    if (!wanted || protocols.length === 0) return undefined;
    return called('A protocol', this.traits, () => this.#reader?.keyScheme(maxAttempts > 1));
  }
}

function withNamedErrors(scheme: KeyScheme, traits: RequestTraits): KeyScheme {
  const { generate } = scheme;
  if (!generate) return scheme;
  const checked = (): string => {
    const value = quiet(generate());
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
