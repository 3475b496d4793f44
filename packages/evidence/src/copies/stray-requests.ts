import type { SentTarget } from './sent-request.ts';

/** A request of no attempt. It keeps nothing alive. */
export interface StrayRequest extends SentTarget {
  readonly method: string;
}

/** After this many, the oldest are forgotten. */
const MOST_KEPT = 1000;

/** The last requests that were made outside all attempts. One of them may be a late copy of a request that waits. */
export class StrayRequests {
  readonly #kept: StrayRequest[] = [];
  #count = 0;

  /** How many there were until now. */
  get count(): number {
    return this.#count;
  }

  add({ method, origin, path }: StrayRequest): void {
    this.#kept[this.#count % MOST_KEPT] = { method, origin, path };
    this.#count += 1;
  }

  /**
   * Whether one of those after the first `count` is like this, or may be, because it is forgotten.
   *
   * @param isLike - Asked about each that is kept.
   */
  mayInclude(count: number, isLike: (stray: StrayRequest) => boolean): boolean {
    if (this.#count - count > MOST_KEPT) return true;
    for (let index = count; index < this.#count; index++)
      if (isLike(this.#kept[index % MOST_KEPT] as StrayRequest)) return true;
    return false;
  }
}
