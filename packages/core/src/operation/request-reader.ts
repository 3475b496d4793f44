import type {
  BodyJudge,
  ProtocolKey,
  ProtocolReading,
  ProtocolRequest,
  ProtocolResponse,
} from '../decision/protocol.ts';
import { type Recognized, recognize } from '../decision/reading.ts';
import type { RequestTraits } from '../decision/traits.ts';
import { customKeyScheme, type KeyScheme } from '../keys/scheme.ts';
import { quiet } from '../options/quiet.ts';
import type { Settings } from '../options/settings.ts';
import { bodyText } from './body-text.ts';

type Protocols = Settings['protocols'];

const NO_PROTOCOLS: Protocols = /* @__PURE__ */ Object.freeze([]);

/** Asks the protocols about a request, each at most once for each question. */
export class RequestReader {
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

  /** Whether a protocol may still have something to say. */
  get isUnread(): boolean {
    return this.#unread.length > 0;
  }

  /** Whether a body may have to be judged. Asks nobody. */
  get mayJudge(): boolean {
    return this.#protocols.some(({ judge }) => judge);
  }

  /**
   * What the first protocol that recognizes the request reads in it.
   *
   * @throws Whatever a protocol throws.
   */
  get reading(): ProtocolReading | undefined {
    if (this.isUnread) {
      const protocols = this.#unread;
      this.#unread = NO_PROTOCOLS;
      this.#recognized = recognize(this.#request(), protocols);
    }
    return this.#recognized?.reading;
  }

  /**
   * The key scheme that the first of the protocols that name keys reads in the request.
   *
   * @param retries - Whether there may be more than one attempt.
   * @throws Whatever a protocol throws.
   */
  keyScheme(retries: boolean): KeyScheme | undefined {
    const named = this.#protocols.filter(({ namesKeys }) => namesKeys);
    const key = named.length > 0 ? recognize(this.#request(), named)?.reading.idempotencyKey : undefined;
    return key && schemeOf(key, retries);
  }

  /** Whether the protocol that recognizes the request may want to see this response. Leaves the request unread. */
  wants(response: ProtocolResponse): boolean {
    const { protocol } = this.#recognized ?? {};
    return (protocol ? [protocol] : this.#protocols).some(
      (each) => each.judge && quiet(each.wants?.(response)) !== false,
    );
  }

  /** The judge of the protocol that recognized the request. */
  get judge(): BodyJudge | undefined {
    const { protocol } = this.#recognized ?? {};
    return protocol?.judge && ((response, text) => protocol.judge?.(response, text, this.#request()));
  }

  /** Ends the use of protocols, so that a response doesn't keep the request body in memory. */
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
