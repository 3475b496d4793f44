/** A server's capacity: so many requests a second, and a twentieth of a second's worth at once. What is above is shed. */
export class Capacity {
  #perSecond: number;
  #left: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = this.#most;
    this.#atMs = nowMs;
  }

  change(perSecond: number): void {
    this.#perSecond = perSecond;
    this.#left = Math.min(this.#left, this.#most);
  }

  /** Whether one more request is served. */
  takes(nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  get #most(): number {
    return Math.max(1, this.#perSecond / 20);
  }
}
