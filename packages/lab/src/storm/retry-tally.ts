/** The requests of each operation as the server sees them, and what the default bucket has paid for them. */
export class RetryTally {
  readonly #statuses = new Map<string, number[]>();

  /** Records the response to a request of this operation. */
  add(operation: string, status: number): void {
    const statuses = this.#statuses.get(operation);
    if (statuses) statuses.push(status);
    else this.#statuses.set(operation, [status]);
  }

  /**
   * The retries that the bucket paid for. A success at the first attempt pays for a tenth of a retry, and a successful
   * retry pays for itself. The bucket pays for the rest.
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
