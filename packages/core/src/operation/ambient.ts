import { builtinModule } from './builtin-module.ts';

/** As much of AsyncLocalStorage as is used here. */
interface Storage<Value> {
  getStore(): Value | undefined;
  run<Result>(value: Value, callback: () => Result): Result;
}

interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Storage<never>;
}

/**
 * A value that follows a call through everything that it awaits, where the runtime can do that (Node, Bun, Deno,
 * workerd). Elsewhere it only holds until the callback returns.
 */
export class Ambient<Value> {
  #storage: Storage<Value> | undefined | null = null;
  #current: Value | undefined;

  /** The value of the call that this code runs in. */
  get value(): Value | undefined {
    // Nothing is looked for before a value was set for the first time.
    return this.#storage?.getStore() ?? this.#current;
  }

  /** Runs `callback` with the value. */
  run<Result>(value: Value, callback: () => Result): Result {
    if (this.#storage === null) this.#storage = openStorage();
    if (this.#storage) return this.#storage.run(value, callback);
    const before = this.#current;
    this.#current = value;
    try {
      return callback();
    } finally {
      this.#current = before;
    }
  }
}

function openStorage<Value>(): Storage<Value> | undefined {
  try {
    const { AsyncLocalStorage } = builtinModule<AsyncHooks>('node:async_hooks') ?? {};
    return AsyncLocalStorage ? (new AsyncLocalStorage() as unknown as Storage<Value>) : undefined;
  } catch {
    return undefined;
  }
}
