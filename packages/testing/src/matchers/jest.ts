/** Adds the matchers to jest's global `expect`, and to its types: for `setupFilesAfterEnv`. */
import type { ProofOptions } from '../prove/options.ts';
import { type Matchers, matchers } from './matchers.ts';

declare global {
  namespace jest {
    // The parameters must be those of @types/jest.
    interface Matchers<R> {
      /** Passes if the function is safe under the faults: see `provesSafe`. */
      toBeSafeUnderFaults<Client = undefined>(options?: ProofOptions<Client>): Promise<R>;
    }
  }
}

const { expect } = globalThis as { readonly expect?: { extend(added: Matchers): void } };
if (!expect)
  throw new Error('there is no global expect: list this module in setupFilesAfterEnv, or call expect.extend(matchers)');
expect.extend(matchers);
