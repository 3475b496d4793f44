/**
 * Whether the runtime's fetch is that of undici 6 (Node 22). It throws an abort of a response where nobody can catch
 * it, and so ends the process, if a branch of the body was canceled before and the other one is not read.
 */
function isUndici6(): boolean {
  const { versions } = (globalThis as { process?: { versions?: { undici?: string } } }).process ?? {};
  return versions?.undici?.startsWith('6.') ?? false;
}

/** Branches that were left, by the response whose body they are a part of. */
const left = new WeakMap<object, ReadableStream<Uint8Array>>();

/**
 * Ends the reading of a branch. Both must be canceled before either `cancel` resolves, so nothing waits for it. In
 * undici 6 it is canceled together with its response.
 */
export function leaveBranch(
  response: object,
  branch: ReadableStream<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): void {
  if (!isUndici6()) return void reader.cancel().catch(() => {});
  reader.releaseLock();
  left.set(response, branch);
}

/** Cancels the branch that was left of a response which is discarded, so that its connection ends. */
export function cancelBranch(response: object): void {
  left
    .get(response)
    ?.cancel()
    .catch(() => {});
}
