import { originOf } from '../pacing/origin-of.ts';
import { checkKnown, checkList, checkNumber, checkType, describe } from './check.ts';
import type { CredentialClock, Credentials } from './credentials.ts';
import { MAX_TIMER_MS } from './defaults.ts';

/** What a refresh is for. */
export interface RefreshContext {
  /**
   * The credential that the server refused. With a function as the option: the `Authorization` header that was sent.
   */
  readonly stale: string | undefined;
  /** The origin that refused it. */
  readonly origin: string;
}

/** How to get a new credential after a 401, once for all operations that sent the old one. */
export interface ReauthorizeOptions {
  /**
   * The origins that the credential is for. It is never sent to another one.
   *
   * @default only requests whose own headers carry the credential already
   */
  readonly origins?: readonly string[];
  /** Returns the current credential, or undefined without one. Called for each attempt. */
  readonly credential: () => string | undefined;
  /**
   * Gets a new credential, and stores it where `credential` finds it. Runs on after an abort, to keep a rotated token.
   */
  readonly refresh: (context: RefreshContext) => unknown;
  /**
   * The headers that carry a credential.
   *
   * @default (credential) => ({ authorization: `Bearer ${credential}` })
   */
  readonly apply?: (credential: string) => Readonly<Record<string, string>>;
  /**
   * The longest that operations wait for a refresh, in milliseconds.
   *
   * @default 30_000
   */
  readonly timeoutMs?: number;
  /**
   * How long refreshes are suspended after a failed one, in milliseconds, unless the credential changes.
   *
   * @default 10_000
   */
  readonly cooldownMs?: number;
}

/** What gets a new credential after a 401, as `reauthorize()` makes it. */
export interface Reauthorize {
  /**
   * Opens the credentials of one policy.
   *
   * @internal
   */
  openCredentials(clock: CredentialClock): Credentials;
}

/** @throws {TypeError | RangeError} For an unknown member or a value that is not allowed. */
export function checkReauthorizeOptions(name: string, given: ReauthorizeOptions): void {
  checkKnown(name, given, ['origins', 'credential', 'refresh', 'apply', 'timeoutMs', 'cooldownMs']);
  checkList(`${name}.origins`, given.origins, checkOrigin);
  checkType(`${name}.credential`, given.credential ?? null, 'function');
  checkType(`${name}.refresh`, given.refresh ?? null, 'function');
  checkType(`${name}.apply`, given.apply, 'function');
  checkNumber(`${name}.timeoutMs`, given.timeoutMs, { min: 1, max: MAX_TIMER_MS });
  checkNumber(`${name}.cooldownMs`, given.cooldownMs, { min: 0, max: MAX_TIMER_MS });
}

function checkOrigin(name: string, origin: string): void {
  if (typeof origin !== 'string' || origin === '' || originOf(origin) !== origin)
    throw new RangeError(`${name} must be an origin, such as "https://api.example", not ${describe(origin)}`);
}
