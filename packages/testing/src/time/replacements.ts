/** Replaced members of foreign objects, such as globals and prototypes, to be restored in the end. */
export class Replacements implements Disposable {
  readonly #undo: (() => void)[] = [];

  /** Replaces a member by what `make` makes of the original. */
  replace<Target extends object, Key extends keyof Target>(
    target: Target,
    key: Key,
    make: (original: Target[Key]) => Target[Key],
  ): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const value = make(target[key]);
    Object.defineProperty(target, key, {
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
      value,
    });
    this.#undo.push(() => {
      if (own) Object.defineProperty(target, key, own);
      else Reflect.deleteProperty(target, key);
    });
  }

  /** Calls a function when everything has been restored. */
  afterwards(act: () => void): void {
    this.#undo.unshift(act);
  }

  [Symbol.dispose](): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}
