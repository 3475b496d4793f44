/**
 * Whether the runtime's fetch is that of undici 6 (Node 22). It throws an abort of a response where nobody can catch
 * it, and so ends the process, if a branch of the body was canceled before and the other one is not read.
 */
function isUndici6(): boolean {
  const { versions } = (globalThis as { process?: { versions?: { undici?: string } } }).process ?? {};
  return versions?.undici?.startsWith('6.') ?? false;
}

/**
 * Ends the reading of a branch. Both must be canceled before either `cancel` resolves, so nothing waits for it. In
 * undici 6 it is canceled together with its response.
 */
export function leaveBranch(
  response: Response,
  branch: ReadableStream<Uint8Array>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): void {
  if (!isUndici6()) return void reader.cancel().catch(() => {});
  reader.releaseLock();
  const body = response.body as ReadableStream<Uint8Array>;
  const { cancel } = body;
  body.cancel = (reason?: unknown): Promise<void> => {
    // undici cancels a body too when it is aborted, and makes its branches fail right after that.
    queueMicrotask(() => void branch.cancel(reason).catch(() => {}));
    return cancel.call(body, reason);
  };
}
