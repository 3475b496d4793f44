import type { OperationState } from './operation-state.ts';
import type { RequestState } from './request-state.ts';

/** Of all requests that an operation sent, the one that permits least. Asks the protocols. */
export function chooseLeast(state: OperationState): RequestState {
  for (const rival of state.rivals.splice(0))
    if (rival.permissiveness < state.request.permissiveness) state.request = rival;
  return state.request;
}

/** Adds a request that is sent in place of another one. Before a failure, what protocols read in it may never matter. */
export function addRival(state: OperationState, replaced: RequestState): void {
  const { request, rivals, log } = state;
  if (log.count > 0) {
    rivals.push(replaced);
    chooseLeast(state);
    return;
  }
  const isLess = replaced.knownPermissiveness < request.knownPermissiveness;
  if (isLess) state.request = replaced;
  if (replaced.isUnread) rivals.push(isLess ? request : replaced);
}
