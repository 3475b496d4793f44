/** The runtime whose fetch is used, because the same error proves different things in different runtimes. */
export type Runtime = 'node' | 'bun' | 'deno' | 'workerd' | 'chromium' | 'firefox' | 'safari' | 'unknown';

/** The members of a global scope that distinguish the runtimes. */
export interface RuntimeScope {
  readonly Bun?: unknown;
  readonly Deno?: unknown;
  readonly navigator?: { readonly userAgent?: unknown } | undefined;
  readonly process?: { readonly versions?: Readonly<Record<string, unknown>>; readonly type?: unknown } | undefined;
}

let current: Runtime | undefined;

/** The runtime that this code runs in, looked up once, and not before it is asked for. */
export function currentRuntime(): Runtime {
  current ??= detectRuntime();
  return current;
}

/**
 * The runtime that a global scope belongs to.
 *
 * @param scope - Another scope than the global one, for tests.
 */
export function detectRuntime(scope: RuntimeScope = globalThis as RuntimeScope): Runtime {
  const agent = String(scope.navigator?.userAgent);
  const { versions, type } = scope.process ?? {};
  // workerd, Deno and Bun also have a `process` with a Node version, so Node comes after them.
  if (agent === 'Cloudflare-Workers') return 'workerd';
  if (scope.Deno) return 'deno';
  if (scope.Bun) return 'bun';
  // An Electron renderer has Node's `process`, but its fetch is Chromium's.
  if (versions?.node && type !== 'renderer') return 'node';
  // Chrome and Firefox on iOS are Safari inside, and say CriOS and FxiOS.
  if (agent.includes('Firefox/')) return 'firefox';
  if (agent.includes('Chrome/')) return 'chromium';
  return agent.includes('Safari/') ? 'safari' : 'unknown';
}
