interface Scope {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * A module of the runtime's own, where the runtime has it (Node, Bun, Deno, workerd). The core looks it up at
 * run time instead of importing it, so that the core loads in browsers too.
 *
 * @param name - With its prefix, such as `node:async_hooks`.
 * @example
 * const { AsyncLocalStorage } = builtinModule<typeof import('node:async_hooks')>('node:async_hooks') ?? {};
 */
export function builtinModule<Module extends object>(name: string): Partial<Module> | undefined {
  try {
    return (globalThis as Scope).process?.getBuiltinModule?.(name) as Partial<Module> | undefined;
  } catch {
    return undefined;
  }
}
