/** A growing list that can be awaited by its length. */
export class Tally<Item> {
  readonly #items: Item[] = [];
  readonly #waiting: Set<{ readonly count: number; resolve(): void }> = new Set();

  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    this.#items.push(item);
    for (const waiter of this.#waiting) {
      if (waiter.count > this.#items.length) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  /** Resolves once there are `count` items. */
  reached(count: number): Promise<void> {
    if (this.#items.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add({ count, resolve }));
  }
}
