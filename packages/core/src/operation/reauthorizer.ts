import { wantsNewCredential } from '../decision/challenge.ts';
import type { HeadersLike, RequestTraits } from '../decision/traits.ts';
import type { CredentialClock, CredentialHeaders, CredentialOwner, Credentials } from '../options/credentials.ts';
import { DEFAULTS } from '../options/defaults.ts';
import { quiet } from '../options/quiet.ts';
import type { ReauthorizeOptions, RefreshContext } from '../options/reauthorize.ts';
import { originOf } from '../pacing/origin-of.ts';
import { Ambient } from './ambient.ts';
import { OperationCredential } from './operation-credential.ts';
import { shared } from './shared.ts';

/** The refreshes that a request is part of: one that waited for its own refresh would never end. */
const refreshing = /* @__PURE__ */ shared('refreshing.2', () => new Ambient<readonly object[]>());

/** What a header may hold (RFC 9110 section 5.5). */
const FIELD_VALUE = /^[\t -~\x80-\xff]*$/;

/** The caller's functions, or the one function that returns a new token. */
export type ReauthorizeSource = ReauthorizeOptions | ((context: RefreshContext) => string | Promise<string>);

/** The credential that one attempt carries. */
export interface SentCredential {
  readonly value: string | undefined;
  /** The headers that carry it, if they aren't the caller's own. */
  readonly headers: CredentialHeaders;
  readonly origin: string;
  /** What the same refresh serves: everything, or one `Authorization` header at one origin. */
  readonly flight: string;
}

/** Gets a new credential after a 401, once for all operations of a policy that sent the old one. */
export class Reauthorizer implements Credentials {
  readonly #given: ReauthorizeSource;
  readonly #options: Partial<ReauthorizeOptions>;
  readonly #clock: CredentialClock;
  readonly #flights = new Map<string, Promise<void>>();
  /** When a refresh may begin again, by flight, and why the last one failed. */
  readonly #cooldowns = new Map<
    string,
    { readonly value: string | undefined; readonly untilMs: number; error: unknown }
  >();
  /** What replaced a credential, if the caller gives no function that returns the current one. */
  readonly #renewed = new Map<string, string>();
  /** Headers with credentials that were replaced. */
  readonly #retired = new Map<string, true>();

  constructor(given: ReauthorizeSource, clock: CredentialClock) {
    this.#given = given;
    this.#options = typeof given === 'function' ? {} : given;
    this.#clock = clock;
  }

  of(owner: CredentialOwner): OperationCredential {
    return new OperationCredential(this, owner);
  }

  /** The credential that the next attempt of a request carries, or undefined if its credential isn't managed here. */
  credentialFor({ url, headers }: RequestTraits): SentCredential | undefined {
    const origin = originOf(url);
    const { credential, origins } = this.#options;
    const isCovered = origins?.includes(origin);
    if (origin === '' || isCovered === false || refreshing.value?.includes(this)) return undefined;
    if (!credential) return this.#renewedFor(origin, headers.get('authorization') ?? undefined);
    const value = credential();
    const own = this.#headersFor(value);
    const written = own.map(([name]) => headers.get(name));
    const isOurs = written.every((text, index) => text === own[index]?.[1] || this.#retired.has(`${origin} ${text}`));
    const carries = own.length > 0 && isOurs;
    // The caller's own credential isn't managed here.
    const isFree = written.every((text) => text === null);
    if (!carries && !(isFree && isCovered)) return undefined;
    return { value, headers: own, origin, flight: '' };
  }

  /**
   * Waits for a new credential, if a response of 401 asks for one.
   *
   * @returns Whether there is one that differs from the one that was sent.
   * @throws What the last refresh threw, if it failed to get one.
   */
  async renew(sent: SentCredential): Promise<boolean> {
    if (this.#isReplaced(sent)) return true;
    const cooldown = this.#cooldowns.get(sent.flight);
    const isCooling = cooldown && cooldown.value === sent.value && this.#clock.now() < cooldown.untilMs;
    if (!isCooling) await (this.#flights.get(sent.flight) ?? this.#start(sent));
    if (this.#isReplaced(sent)) return true;
    const error = this.#cooldowns.get(sent.flight)?.error;
    if (error !== undefined) throw error;
    return false;
  }

  /** Whether the server refused the credential itself. */
  isRefused(sent: SentCredential, traits: RequestTraits, response: HeadersLike): boolean {
    const ours = sent.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    return wantsNewCredential(response, ours ?? traits.headers.get('authorization') ?? undefined);
  }

  #renewedFor(origin: string, written: string | undefined): SentCredential {
    const flight = `${origin} ${written ?? ''}`;
    const value = this.#renewed.get(flight);
    return { value: value ?? written, headers: this.#headersFor(value), origin, flight };
  }

  #headersFor(value: string | undefined): CredentialHeaders {
    if (!value) return [];
    const { apply } = this.#options;
    check('credential', value);
    const headers: CredentialHeaders = Object.entries(apply ? apply(value) : { authorization: `Bearer ${value}` });
    for (const [, text] of headers) check('apply', text);
    return headers;
  }

  /**
   * Whether the credential is another one by now. The old one may come again: in a header that the caller once wrote.
   */
  #isReplaced({ flight, value, origin }: SentCredential): boolean {
    const { credential } = this.#options;
    const current = credential ? credential() : (this.#renewed.get(flight) ?? value);
    if (!current || current === value) return false;
    for (const [, text] of this.#headersFor(value)) remember(this.#retired, `${origin} ${text}`, true);
    return true;
  }

  /** One refresh, within its own time. It never fails, because its waiters check the credential. */
  #start(sent: SentCredential): Promise<void> {
    const { flight, value } = sent;
    const { timeoutMs = DEFAULTS.refreshTimeoutMs, cooldownMs = DEFAULTS.refreshCooldownMs } = this.#options;
    const flying = new Promise<unknown>((resolve) => {
      const cancel = this.#clock.after(timeoutMs, () => resolve(undefined));
      const done = (error: unknown): void => {
        cancel();
        resolve(error);
      };
      refreshing.run([...(refreshing.value ?? []), this], () => this.#refresh(sent)).then(done, done);
    }).then((error) => {
      this.#flights.delete(flight);
      if (!this.#isReplaced(sent))
        remember(this.#cooldowns, flight, { value, untilMs: this.#clock.now() + cooldownMs, error });
    });
    this.#flights.set(flight, flying);
    return flying;
  }

  async #refresh({ value, origin, flight }: SentCredential): Promise<void> {
    const given = this.#given;
    const context = { stale: value, origin };
    if (typeof given !== 'function') return void (await given.refresh(context));
    const token: unknown = await given(context);
    check('the function', token);
    if (token !== '') remember(this.#renewed, flight, token as string);
  }
}

/**
 * @throws {TypeError} If the caller's function returned a value that a header can't carry. The message does not show
 *   it.
 */
function check(name: string, text: unknown): void {
  if (typeof quiet(text) !== 'string' || !FIELD_VALUE.test(text as string))
    throw new TypeError(`${name} of reauthorize must return text that a header can carry`);
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > DEFAULTS.maxCredentials && oldest !== undefined) map.delete(oldest);
}
