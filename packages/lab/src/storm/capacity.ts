/** A server's capacity in requests per second, with bursts of a twentieth of a second's worth. Sheds the excess. */
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

  /** Takes capacity for one request. Returns whether the server serves it. */
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
