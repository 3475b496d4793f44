import type { Outcome } from '../decision/outcome.ts';
import type {
  OperationCredential as Credential,
  CredentialEnd,
  CredentialHeaders,
  CredentialLimits,
  CredentialOwner,
} from '../options/credentials.ts';
import { CallbackError } from './errors.ts';
import type { Reauthorizer, SentCredential } from './reauthorizer.ts';
import { within } from './within.ts';

const NONE: CredentialHeaders = /* @__PURE__ */ Object.freeze([]);

/** The credential that an operation's attempts carry, each the one of its time. */
export class OperationCredential implements Credential {
  readonly #reauthorizer: Reauthorizer;
  readonly #owner: CredentialOwner;
  #attempt = 1;
  #sent: SentCredential | undefined;
  #error: unknown;

  /** @throws {CallbackError} If `credential` or `apply` throws. */
  constructor(reauthorizer: Reauthorizer, owner: CredentialOwner) {
    this.#reauthorizer = reauthorizer;
    this.#owner = owner;
    const { traits } = owner.request;
    try {
      this.#sent = reauthorizer.credentialFor(traits);
    } catch (cause) {
      throw new CallbackError('credential of reauthorize', traits, cause);
    }
  }

  /** Why the refresh failed, if it threw. */
  get error(): unknown {
    return this.#error;
  }

  /** The headers that carry the credential on the next attempt. */
  get headers(): CredentialHeaders {
    const { log, request } = this.#owner;
    const next = log.count + 1;
    if (this.#attempt !== next) {
      this.#attempt = next;
      try {
        this.#sent = this.#reauthorizer.credentialFor(request.traits);
      } catch {
        // The one before is as good as none.
      }
    }
    return this.#sent?.headers ?? NONE;
  }

  /**
   * Waits for a new credential, if the server refused this one with a 401: RFC 9110 section 15.5.2, the request was not
   * applied. Once per operation, and not if the request cannot be sent again.
   *
   * @returns The outcome, with what was found. undefined if there is nothing to wait for.
   */
  renewed(outcome: Outcome, end: CredentialEnd, limits: CredentialLimits): Promise<Outcome> | undefined {
    const sent = this.#sent;
    const { request, log } = this.#owner;
    if (!sent || outcome.type !== 'response' || outcome.status !== 401 || end.aborted) return undefined;
    // Such a 401 answers another request, or one copy of several.
    if (outcome.hop || outcome.unseenCopies) return undefined;
    if (!this.#reauthorizer.isRefused(sent, request.traits, outcome.headers)) return undefined;
    const refused: Outcome = { ...outcome, refused: true };
    if (end.accepted || end.bodyUsed || end.vetoed || log.renewed) return Promise.resolve(refused);
    return this.#inTime(sent, limits).then((renewed) => ({ ...refused, renewed }));
  }

  async #inTime(sent: SentCredential, limits: CredentialLimits): Promise<boolean> {
    const renewed = await within(limits, () =>
      this.#reauthorizer.renew(sent).catch((error: unknown) => {
        this.#error = error;
        return false;
      }),
    );
    return renewed === true;
  }
}
