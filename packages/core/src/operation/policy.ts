import type { Credentials } from '../options/credentials.ts';
import { checkHeaderNames } from '../options/header-names.ts';
import type { RetryOptions } from '../options/options.ts';
import { resolveSettings, type Settings } from '../options/settings.ts';
import { OriginPacing } from '../pacing/origin-pacing.ts';
import { type Clock, systemClock } from './clock.ts';
import { OuterRetries } from './outer-retries.ts';
import { shared } from './shared.ts';

type Veto = Settings['shouldRetry'];

/** Every policy, also of another copy of this package. */
const policies = /* @__PURE__ */ shared('policies.1', () => new WeakSet<object>());

/** The rules for operations, and their shared state. Clients with the same policy share budgets and gates. */
export interface RetryPolicy {
  /** Forgets budgets, pauses and ended operations. For tests that share a policy. */
  reset(): void;
}

/** A policy as adapters see it. */
export class Policy implements RetryPolicy {
  /** The options with their defaults filled in. */
  readonly settings: Settings;
  /** Time and chance. */
  readonly clock: Clock;
  readonly #credentials: Credentials | undefined;
  #pacing: OriginPacing;
  #outerRetries = new OuterRetries();

  constructor(settings: Settings, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.#credentials = settings.reauthorize?.openCredentials(clock);
    this.#pacing = new OriginPacing(settings);
    policies.add(this);
  }

  /** What gets a new credential after a 401, if the caller says how. */
  get credentials(): Credentials | undefined {
    return this.#credentials;
  }

  /** The gate and the budget of each origin. */
  get pacing(): OriginPacing {
    return this.#pacing;
  }

  /** The operations that ended without success, which a loop above may repeat. */
  get outerRetries(): OuterRetries {
    return this.#outerRetries;
  }

  reset(): void {
    this.#pacing = new OriginPacing(this.settings);
    this.#outerRetries = new OuterRetries();
  }
}

/**
 * Creates a policy. Give it to several clients, and they share its budgets and gates.
 *
 * @param options - See {@link RetryOptions}. Without any, the defaults are safe for every API.
 * @param clock - Time and chance, for tests.
 * @throws {TypeError | RangeError} For an unknown option or a value that is not allowed.
 *
 * @example
 * const policy = createRetryPolicy({ maxAttempts: 4, deadlineMs: 10_000 });
 * const fetch = wrapFetch(globalThis.fetch, policy);
 */
export function createRetryPolicy(options?: RetryOptions, clock: Clock = systemClock): RetryPolicy {
  return listening(new Policy(resolveSettings(options), clock));
}

/**
 * The policy that the caller gave, or one made of the options that the caller gave instead.
 *
 * @throws {TypeError | RangeError} For an unknown option or a value that is not allowed.
 *
 * @example
 * const policy = policyFrom({ maxAttempts: 4 }); // once for all requests of a client
 */
export function policyFrom(options: RetryOptions | RetryPolicy | undefined): Policy {
  if (isPolicy(options)) return options;
  return listening(new Policy(resolveSettings(options as RetryOptions | undefined), systemClock));
}

/** Subscribes a policy to the pauses of other processes. `reset()` keeps the subscription. */
function listening(policy: Policy): Policy {
  const { gateChannel } = policy.settings;
  const closed = (origin: string, pauseMs: number): void =>
    policy.pacing.recordSharedPause(origin, pauseMs, policy.clock.now());
  // A channel that is away must not keep a client from being made.
  if (gateChannel) (async () => gateChannel.subscribe(closed))().catch(() => {});
  return policy;
}

/** Whether a value is a policy, also if another copy of this package made it. */
export function isPolicy(value: unknown): value is Policy {
  return policies.has(value as object);
}

/**
 * The policy for a client that was wrapped before with another one. What the inner policy forbids, by its rules or its
 * `shouldRetry`, stays forbidden. Its key schemes, its protocols, its `reauthorize` and its `confirm` apply if the
 * outer one lacks them. Everything else is the outer policy's.
 *
 * @throws {RangeError} If a header of the outer policy would overwrite the inner one's key.
 * @example
 * const policy = policyOver(policyFrom(options), wrappingOf(client)?.policy);
 */
export function policyOver(outer: Policy, inner: Policy | undefined): Policy {
  if (!inner || inner === outer) return outer;
  const settings: Settings = Object.freeze({
    ...outer.settings,
    inner: inner.settings,
    protocols: [...outer.settings.protocols, ...inner.settings.protocols],
    idempotencyKey: outer.settings.idempotencyKey ?? inner.settings.idempotencyKey,
    confirm: outer.settings.confirm ?? inner.settings.confirm,
    shouldRetry: both(outer.settings.shouldRetry, inner.settings.shouldRetry),
  });
  checkHeaders(settings);
  return new PolicyOver(settings, outer, inner);
}

/** A veto of either one counts. An answer that isn't a boolean is passed on, and then rejected. */
function both(first: Veto, second: Veto): Veto {
  if (!first || !second) return first ?? second;
  return (context) => {
    const answer = first(context);
    return answer === true ? second(context) : answer;
  };
}

function checkHeaders({ attemptHeader, timeLeftHeader, inner }: Settings): void {
  for (let each = inner; each; each = each.inner) {
    const { idempotencyKey, rules } = each;
    checkHeaderNames({ attemptHeader, timeLeftHeader, idempotencyKey, rules });
  }
}

/** Shares budgets and gates with the outer policy. */
class PolicyOver extends Policy {
  readonly #outer: Policy;
  readonly #inner: Policy;

  constructor(settings: Settings, outer: Policy, inner: Policy) {
    super(settings, outer.clock);
    this.#outer = outer;
    this.#inner = inner;
  }

  override get credentials(): Credentials | undefined {
    return this.#outer.credentials ?? this.#inner.credentials;
  }

  override get pacing(): OriginPacing {
    return this.#outer.pacing;
  }

  override get outerRetries(): OuterRetries {
    return this.#outer.outerRetries;
  }
}
