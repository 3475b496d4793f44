import type { RequestTraits } from '../decision/traits.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import { Operation } from './operation.ts';
import { isRepeat, OuterLoop } from './outer-loop.ts';
import type { Policy } from './policy.ts';
import { optionsFor } from './with-retry.ts';

/**
 * Whether the operation may turn out to repeat an ended one, so that a body which takes a moment to read must be read
 * first.
 *
 * @example
 * const body = mayRepeatEnded(policy, traits) ? await request.clone().text() : undefined;
 */
export function mayRepeatEnded(policy: Policy, traits: RequestTraits): boolean {
  return !policy.outerRetries.isEmpty && isRepeat(policy, traits);
}

/**
 * Opens the operation of one call. If a loop above this client retries an operation that ended without success, the new
 * one continues it, with its key and without own retries.
 *
 * @param body - The request body, if it can be compared: text, bytes, a form, a list of these, or a function that
 *   returns them once they are known.
 * @param sent - The body as protocols read it, if it is another one: text, bytes, or a function that returns what is
 *   sent.
 * @throws As the constructor of {@link Operation}.
 *
 * @example
 * const operation = openOperation(policy, { method, url, headers }, options, body);
 */
export function openOperation(
  policy: Policy,
  traits: RequestTraits,
  options?: RequestRetryOptions,
  body?: unknown,
  sent: unknown = body,
): Operation {
  if (policy.settings.outerRetries === 'off') return new Operation(policy, traits, options, undefined, body, sent);
  const explicit = optionsFor(traits, options, body)?.idempotencyKey;
  const outer = new OuterLoop(policy, traits, body, explicit);
  const key = explicit ?? outer.repeats?.key;
  const own = key === undefined ? options : { ...options, idempotencyKey: key };
  try {
    return new Operation(policy, traits, own, outer, body, sent);
  } catch (error) {
    outer.release();
    throw error;
  }
}
