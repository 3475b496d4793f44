import type { BodyJudge } from '../decision/body-judge.ts';
import type { Protocol, ProtocolKey, ProtocolReader, ProtocolRequest, ProtocolResponse } from '../decision/protocol.ts';
import { type Recognized, recognize, ruleWith } from '../decision/reading.ts';
import type { Rule } from '../decision/rules.ts';
import type { RequestRule } from '../decision/semantics.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { customKeyScheme, type KeyScheme } from '../keys/scheme.ts';
import { quiet } from '../options/quiet.ts';
import { bodyText } from './body-text.ts';

type Protocols = readonly Protocol[];

const NO_PROTOCOLS: Protocols = /* @__PURE__ */ Object.freeze([]);

/** Asks the protocols about a request, each at most once for each question. */
export class RequestReader implements ProtocolReader {
  readonly #traits: RequestTraits;
  readonly #protocols: Protocols;
  /** Protocols that haven't been called yet. */
  #unread: Protocols;
  #body: unknown;
  #recognized: Recognized | undefined;

  /** @param body - The request body: text, bytes, or a function that returns what is sent. */
  constructor(traits: RequestTraits, protocols: Protocols, body: unknown) {
    this.#traits = traits;
    this.#protocols = protocols;
    this.#unread = protocols;
    this.#body = body;
  }

  get isUnread(): boolean {
    return this.#unread.length > 0;
  }

  get mayJudge(): boolean {
    return this.#protocols.some(({ judge }) => judge !== undefined);
  }

  ruleWith(declared: Rule | undefined): RequestRule | undefined {
    const protocols = this.#unread;
    this.#unread = NO_PROTOCOLS;
    this.#recognized = recognize(this.#request(), protocols);
    return this.#recognized ? ruleWith(declared, this.#recognized.reading) : declared;
  }

  keyScheme(retries: boolean): KeyScheme | undefined {
    const named = this.#protocols.filter(({ namesKeys }) => namesKeys);
    const key = recognize(this.#request(), named)?.reading.idempotencyKey;
    return key && schemeOf(key, retries);
  }

  wants(response: ProtocolResponse): boolean {
    const { protocol } = this.#recognized ?? {};
    return (protocol ? [protocol] : this.#protocols).some(
      ({ judge }) => judge && quiet(judge.wants?.(response)) !== false,
    );
  }

  get judge(): BodyJudge | undefined {
    const judge = this.#recognized?.protocol.judge;
    if (!judge) return undefined;
    const { askAll } = judge;
    return Object.assign((...[response, text]: Parameters<BodyJudge>) => judge(response, text, this.#request()), {
      askAll,
    });
  }

  release(): void {
    this.#unread = NO_PROTOCOLS;
    this.#body = undefined;
  }

  #request(): ProtocolRequest {
    const { method, url, headers } = this.#traits;
    return { method, url, headers, body: () => bodyText(this.#body) };
  }
}

/** A scheme without methods only uses the caller's key. */
function schemeOf({ scheme, make }: ProtocolKey, retries: boolean): KeyScheme {
  const makes = make === 'always' || (make === 'for-retries' && retries);
  return customKeyScheme(makes ? scheme : { ...scheme, methods: [] });
}
