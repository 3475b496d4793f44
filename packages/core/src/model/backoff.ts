/**
 * How long to wait before a retry when the server says nothing: a pure function.
 *
 * @param retry - The number of the retry, from 1.
 * @param chance - A random number in [0, 1).
 * @param previousWaitMs - The wait before the previous retry, 0 before the first.
 * @returns Milliseconds.
 */
export type Backoff = (retry: number, chance: number, previousWaitMs: number) => number;
