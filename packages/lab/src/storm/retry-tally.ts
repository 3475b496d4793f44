/** The requests of each operation as the server sees them, and what the default bucket has paid for them. */
export class RetryTally {
  readonly #statuses = new Map<string, number[]>();

  /** A request of this operation was answered. */
  add(operation: string, status: number): void {
    const statuses = this.#statuses.get(operation);
    if (statuses) statuses.push(status);
    else this.#statuses.set(operation, [status]);
  }

  /**
   * The retries that successes did not pay for: a success at the first attempt pays for a tenth of a retry, and a retry that
   * succeeds for itself. The rest came out of the bucket.
   */
  get unpaid(): number {
    let retries = 0;
    let paid = 0;
    for (const statuses of this.#statuses.values()) {
      retries += statuses.length - 1;
      if (statuses.at(-1) === 200) paid += statuses.length > 1 ? 1 : 0.1;
    }
    return retries - paid;
  }
}
