import type { Outcome } from '../decision/outcome.ts';
import type { RequestTraits } from '../decision/traits.ts';

/** The part of a clock that a refresh needs. */
export interface CredentialClock {
  /** A monotonic time in milliseconds. */
  now(): number;
  /** Calls back after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
}

/** The part of an operation that its credential depends on. */
export interface CredentialOwner {
  readonly request: { readonly traits: RequestTraits };
  readonly log: { readonly count: number; readonly renewed: boolean };
}

/** How the attempt with the credential ended, as far as only the client knows. */
export interface CredentialEnd {
  readonly aborted: boolean;
  readonly bodyUsed: boolean;
  readonly accepted?: boolean;
  readonly vetoed?: boolean;
}

/** What ends the wait for a new credential. */
export interface CredentialLimits {
  readonly clock: CredentialClock;
  readonly remainingMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The headers that carry a credential. */
export type CredentialHeaders = readonly (readonly [name: string, value: string])[];

/** The credential that an operation's attempts carry, each the one of its time. */
export interface OperationCredential {
  /** Why the refresh failed, if it threw. */
  readonly error: unknown;
  /** The headers that carry the credential on the next attempt. */
  readonly headers: CredentialHeaders;
  /**
   * Waits for a new credential, if the server refused this one.
   *
   * @returns The outcome, with what was found. undefined if there is nothing to wait for.
   */
  renewed(outcome: Outcome, end: CredentialEnd, limits: CredentialLimits): Promise<Outcome> | undefined;
}

/** The credentials of one policy. */
export interface Credentials {
  /** @throws {CallbackError} If a function of the caller's throws. */
  of(owner: CredentialOwner): OperationCredential;
}
