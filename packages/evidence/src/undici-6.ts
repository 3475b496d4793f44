/**
 * Whether the runtime's fetch is that of undici 6 (Node 22). It throws an abort of a response where nobody can catch it,
 * and so ends the process, if a branch of the body was canceled before and the other one is not read.
 */
export function isUndici6(): boolean {
  const { versions } = (globalThis as { process?: { versions?: { undici?: string } } }).process ?? {};
  return versions?.undici?.startsWith('6.') ?? false;
}
