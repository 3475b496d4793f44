/**
 * Waits for a promise to be rejected.
 *
 * @returns What it was rejected with.
 * @throws Error if it resolves.
 * @example
 * const error = await rejectionOf(placeOrder(origin.url));
 * expect(reportOf(error)?.effect).toBe('maybe-applied');
 */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}
