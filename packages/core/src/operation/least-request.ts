import type { OperationState } from './operation-state.ts';
import type { RequestState } from './request-state.ts';

/** Most operations send one request, and share this. */
export const NO_RIVALS: OperationState['rivals'] = /* @__PURE__ */ Object.freeze([]);

/** Of all requests that an operation sent, the one that permits least. Asks the protocols. */
export function chooseLeast(state: OperationState): RequestState {
  const { rivals } = state;
  state.rivals = NO_RIVALS;
  for (const rival of rivals) if (rival.permissiveness < state.request.permissiveness) state.request = rival;
  return state.request;
}

/**
 * Adds a request that is sent in place of another one. Before a failure, what protocols read in it may never matter.
 */
export function addRival(state: OperationState, replaced: RequestState): void {
  const { request, rivals, log } = state;
  if (log.count > 0) {
    state.rivals = [...rivals, replaced];
    chooseLeast(state);
    return;
  }
  const isLess = replaced.knownPermissiveness < request.knownPermissiveness;
  if (isLess) state.request = replaced;
  if (replaced.isUnread) state.rivals = [...rivals, isLess ? request : replaced];
}
