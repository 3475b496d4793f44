import type { Decision } from '../decision/decision.ts';
import type { FailureOutcome } from '../decision/outcome.ts';
import { asksForNoChange } from '../decision/semantics.ts';
import type { RequestTraits } from '../decision/traits.ts';
import type { OperationKey } from '../keys/operation-key.ts';
import type { Settings } from '../options/settings.ts';
import type { Clock } from './clock.ts';
import { isKeyOver } from './key-age.ts';
import { chooseLeast } from './least-request.ts';
import { nextId } from './operation-id.ts';
import type { OperationState } from './operation-state.ts';
import type { Refusal } from './outer-loop.ts';
import type { Policy } from './policy.ts';
import type { RequestState } from './request-state.ts';

/** What can be asked about an operation. */
export class OperationFacts {
  protected readonly state: OperationState;
  /** Whether the first attempt waits, or has waited, at the gate. */
  protected held = false;
  #id: string | undefined;

  protected constructor(state: OperationState) {
    this.state = state;
  }

  get policy(): Policy {
    return this.state.policy;
  }

  get settings(): Settings {
    return this.state.settings;
  }

  get clock(): Clock {
    return this.state.policy.clock;
  }

  /** Identifies the operation in this process. */
  get id(): string {
    this.#id ??= nextId(this.clock);
    return this.#id;
  }

  /** The request that is judged. If several were sent, it is the strictest one. */
  get traits(): RequestTraits {
    return this.state.request.traits;
  }

  /** The headers that carry the idempotency key, for the origin only and the same on every attempt. */
  get keyHeaders(): OperationKey['headers'] {
    return this.state.request.keyHeaders;
  }

  /** The headers for the origin only: the key and the credential of the next attempt. */
  get privateHeaders(): OperationKey['headers'] {
    const { credential, request } = this.state;
    return credential ? [...request.keyHeaders, ...credential.headers] : request.keyHeaders;
  }

  /** Whether the request may carry a credential that can be renewed. */
  get mayRenew(): boolean {
    return this.state.credential !== undefined;
  }

  /** Whether a body may have to be judged. Asks nobody. */
  get mayJudge(): boolean {
    return this.state.request.mayJudge;
  }

  /** Whether an outcome may have to be examined before it is judged, because of its credential or its body. */
  get mayExamine(): boolean {
    return this.mayRenew || this.mayJudge;
  }

  /** Whether a duplicate is harmless, regardless of the first attempt. Asks the protocols. */
  get repeatable(): boolean {
    return chooseLeast(this.state).permissiveness > 0;
  }

  /** Whether a duplicate may turn out to be harmless, so that the body must be kept. Asks nobody. */
  get mayRepeat(): boolean {
    const { request } = this.state;
    return request.isUnread || request.knownPermissiveness > 0;
  }

  /** Whether a copy of the request may change something, so that copies must be counted. Asks nobody. */
  get mayChange(): boolean {
    const { request, rivals } = this.state;
    return mayChange(request) || rivals.some(mayChange);
  }

  /** What answers this operation, if it repeats another one and must not be sent. See {@link OuterLoop.refusal}. */
  get refusal(): Refusal | undefined {
    const { outer, settings, startMs } = this.state;
    if (!outer?.repeats) return undefined;
    const { permissiveness } = chooseLeast(this.state);
    const repeatable = permissiveness > 1 || (permissiveness === 1 && !isKeyOver(this.state, startMs));
    return outer.refusal(repeatable, settings.maxAttempts, startMs);
  }

  /** The number of the attempt that would be sent next, counted from 1. */
  get nextAttempt(): number {
    return this.state.log.count + 1;
  }

  /** Whether the first attempt is about to be sent without any wait. */
  get startsNow(): boolean {
    return this.state.log.count === 0 && !this.held;
  }

  /** The last decision, with the reason why the operation continues or ended. */
  get decision(): Decision {
    return this.state.decision;
  }

  /** Milliseconds left until the deadline, or undefined without a deadline. */
  get remainingMs(): number | undefined {
    const { settings, startMs } = this.state;
    return settings.deadlineMs === undefined ? undefined : settings.deadlineMs - (this.clock.now() - startMs);
  }

  /**
   * Whether the next attempt was permitted by a key whose window is over by now, because a wait took longer than
   * planned.
   */
  get isKeyOver(): boolean {
    const { log, decision } = this.state;
    const byKey = decision.reason === 'idempotency-key' || (decision.reason === 'reauthorized' && log.doubtful);
    return byKey && this.state.request.permissiveness < 2 && isKeyOver(this.state, this.clock.now());
  }

  /**
   * The failure to throw. Prefers the last failure that might have been processed over a later one that certainly
   * wasn't.
   */
  get failure(): FailureOutcome | undefined {
    return this.state.log.failure;
  }
}

function mayChange({ traits, idempotent, known: rule, isUnread }: RequestState): boolean {
  return isUnread || !asksForNoChange({ traits, idempotent, rule });
}
