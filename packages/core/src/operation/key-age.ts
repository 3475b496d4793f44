import type { OperationState } from './operation-state.ts';

/** Milliseconds since the key was first sent: by this operation, by the one that it repeats, or by earlier runs. */
export function keyAgeMs({ policy, options, outer, startMs }: OperationState, nowMs: number): number {
  const ageMs = nowMs - (outer?.repeats?.firstMs ?? startMs);
  // A clock that was set back says nothing of the age, so it counts as far as it was set.
  return options.earlier ? Math.max(ageMs, Math.abs(policy.clock.epochMs() - options.earlier.firstSentAt)) : ageMs;
}

/** Whether the server may have forgotten the key by now, so that it would take a second copy for a new request. */
export function isKeyOver(state: OperationState, nowMs: number): boolean {
  const { key } = state.request;
  return key !== undefined && !(keyAgeMs(state, nowMs) < key.scheme.windowMs);
}
