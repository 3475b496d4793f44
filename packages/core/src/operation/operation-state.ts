import type { Decision, StopDecision } from '../decision/decision.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { Effect } from '../effect/effect.ts';
import type { OperationCredential } from '../options/credentials.ts';
import type { RequestRetryOptions } from '../options/request-options.ts';
import { overrideSettings, type Settings } from '../options/settings.ts';
import { AttemptLog } from './attempt-log.ts';
import { NO_RIVALS } from './least-request.ts';
import type { OuterLoop } from './outer-loop.ts';
import type { Policy } from './policy.ts';
import { RequestState } from './request-state.ts';
import { optionsFor } from './with-retry.ts';

/** Everything that is known about one operation. Only `Operation` changes it. Monotonic times in milliseconds. */
export interface OperationState {
  readonly policy: Policy;
  readonly settings: Settings;
  /** The caller's options for this request. */
  readonly options: RequestRetryOptions;
  readonly outer: OuterLoop | undefined;
  readonly log: AttemptLog;
  readonly credential: OperationCredential | undefined;
  readonly startMs: number;
  /** The request that judgements are about. */
  request: RequestState;
  /** Others that were sent in its place, and that may permit less by what protocols read in them. */
  rivals: readonly RequestState[];
  attemptStartMs: number;
  endMs: number;
  decision: Decision;
  keyRemoved: boolean;
  confirmed: Effect | undefined;
  callbackError: unknown;
}

const ABORTED: StopDecision = /* @__PURE__ */ Object.freeze({ action: 'stop', reason: 'aborted' });
const NO_OPTIONS: RequestRetryOptions = /* @__PURE__ */ Object.freeze({});

/** An operation at its start. Throws as the constructor of `Operation`. */
export function openState(
  policy: Policy,
  traits: RequestTraits,
  given: RequestRetryOptions | undefined,
  outer: OuterLoop | undefined,
  body: unknown,
  sent: unknown,
): OperationState {
  const options = optionsFor(traits, given, body) ?? NO_OPTIONS;
  const overridden = options === NO_OPTIONS ? policy.settings : overrideSettings(policy.settings, options);
  const request = RequestState.of(traits, overridden, options, policy.clock, sent);
  const attemptTimeoutMs = options.attemptTimeoutMs ?? request.declared?.attemptTimeoutMs;
  const settings = attemptTimeoutMs === undefined ? overridden : { ...overridden, attemptTimeoutMs };
  const startMs = policy.clock.now();
  const log = new AttemptLog();
  return {
    policy,
    settings,
    options,
    outer,
    log,
    credential: policy.credentials?.of({ request, log }),
    startMs,
    request,
    rivals: NO_RIVALS,
    attemptStartMs: startMs,
    endMs: startMs,
    decision: ABORTED,
    keyRemoved: false,
    confirmed: undefined,
    callbackError: undefined,
  };
}
