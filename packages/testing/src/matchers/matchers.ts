import type { ProofOptions } from '../prove/options.ts';
import { summary } from '../prove/proof.ts';
import type { Run } from '../prove/prove-run.ts';
import { provesSafe } from '../prove/proves-safe.ts';

/** What a matcher of vitest or jest answers. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** What `expect` can do once it has these matchers. */
export interface Matchers {
  /**
   * Passes if the function is safe under the faults, as `provesSafe` sees it, and otherwise names the runs that were
   * not.
   *
   * @example
   * await expect(placeOrder).toBeSafeUnderFaults({ on: [1], time: 'virtual' });
   */
  toBeSafeUnderFaults<Client>(received: Run<Client>, options?: ProofOptions<Client>): Promise<MatcherResult>;
}

/**
 * Matchers for `expect.extend` of vitest and jest.
 *
 * @example
 * expect.extend(matchers);
 * await expect((url) => placeOrder(url)).toBeSafeUnderFaults();
 */
export const matchers: Matchers = {
  async toBeSafeUnderFaults(received, options) {
    const { safe, rows, bad } = await provesSafe(received, options);
    return { pass: safe, message: () => summary(rows, bad) };
  },
};
