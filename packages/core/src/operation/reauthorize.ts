import {
  checkReauthorizeOptions,
  type Reauthorize,
  type ReauthorizeOptions,
  type RefreshContext,
} from '../options/reauthorize.ts';
import { Reauthorizer, type ReauthorizeSource } from './reauthorizer.ts';

/**
 * Gets a new credential after a 401, for the option of the same name. All operations that sent the old one share one
 * refresh. Only programs that import this function carry its code.
 *
 * @param options - How to read and to refresh the credential. With `origins`, twicesafe sends it, too.
 * @throws {TypeError | RangeError} For an unknown member or a value that is not allowed.
 *
 * @example
 * wrapFetch({
 *   reauthorize: reauthorize({
 *     origins: ['https://api.example'],
 *     credential: () => session.token,
 *     refresh: () => session.refresh(),
 *   }),
 * });
 */
export function reauthorize(options: ReauthorizeOptions): Reauthorize;
/**
 * The same, with a function that returns the new token for the `Authorization` header that the server refused.
 *
 * @example
 * wrapFetch({ reauthorize: reauthorize(async ({ origin }) => (await login(origin)).token) });
 */
export function reauthorize(refresh: (context: RefreshContext) => string | Promise<string>): Reauthorize;
export function reauthorize(given: ReauthorizeSource): Reauthorize {
  if (typeof given !== 'function') checkReauthorizeOptions('reauthorize', given);
  return Object.freeze({ openCredentials: (clock) => new Reauthorizer(given, clock) } satisfies Reauthorize);
}
