import type { FailureOutcome, Hop, ResponseOutcome } from '../../src/decision/outcome.ts';
import type { RetryContext } from '../../src/decision/retry-context.ts';
import type { RequestTraits } from '../../src/decision/traits.ts';
import type { RetryOptions } from '../../src/options/options.ts';
import type { Settings } from '../../src/options/settings.ts';
import { resolveSettings } from '../../src/options/settings.ts';

/** Settings with the defaults, but a constant backoff: a decision that can be written down. */
export function settingsWith(options: RetryOptions = {}): Settings {
  return resolveSettings({ backoff: () => 100, ...options });
}

export function request(
  method: string,
  headers: Record<string, string> = {},
  url = 'http://origin.test/orders',
): RequestTraits {
  return { method, url, headers: new Headers(headers) };
}

export function response(status: number, headers: Record<string, string> = {}): ResponseOutcome {
  return { type: 'response', status, headers: new Headers(headers) };
}

/** A response of another hop: the client followed a redirect. */
export function redirected(status: number, hop: Partial<Hop> = {}): ResponseOutcome {
  return { ...response(status), hop: { url: 'http://elsewhere.test/', sameMethod: false, ...hop } };
}

export function failure(
  delivery: FailureOutcome['delivery'],
  kind: FailureOutcome['kind'] = 'network',
): FailureOutcome {
  return { type: 'failure', kind, delivery, error: new Error(`${kind}, ${delivery}`) };
}

/** The first attempt of a GET, answered 503. */
export function situationWith(changes: Partial<RetryContext> = {}): RetryContext {
  return {
    traits: request('GET'),
    outcome: response(503),
    attempt: 1,
    elapsedMs: 10,
    keyAgeMs: changes.elapsedMs ?? 10,
    epochMs: Date.UTC(2026, 10, 23),
    random: 0,
    previousWaitMs: 0,
    aborted: false,
    accepted: false,
    bodyUsed: false,
    doubtful: false,
    misdirected: false,
    outerRetry: false,
    gateMs: 0,
    budgetAllows: true,
    idempotent: undefined,
    key: undefined,
    rule: undefined,
    ...changes,
  };
}
