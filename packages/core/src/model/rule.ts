import type { KeyScheme } from './key-scheme.ts';
import type { RequestTraits } from './traits.ts';

/** What is known of some requests that their method does not tell. The first rule that matches wins. */
export interface Rule {
  /** One method or several, as exact tokens. Without it every method matches. */
  readonly method?: string | readonly string[];
  /** Anything with `test(url)`: a RegExp, a URLPattern. Without it every URL matches. */
  readonly url?: { test(url: string): boolean };
  /**
   * Whether a second copy does no harm. `with-precondition`: only if the request carries one. Without it the method, the
   * key and the precondition decide as usual.
   */
  readonly repeat?: 'always' | 'never' | 'with-precondition';
  /** Tells whether a request carries a precondition. Without it: the rules of RFC 9110 section 13 for `If-Match` and `If-None-Match`. */
  readonly precondition?: (traits: RequestTraits) => boolean;
  /** How these requests take idempotency keys; instead of the option of the same name. */
  readonly idempotencyKey?: KeyScheme;
  /** Statuses that mean "try again later" here, beside the usual ones: 403 or 200 in some APIs. */
  readonly transientStatuses?: readonly number[];
}
