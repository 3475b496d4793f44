/** Adds the matchers to vitest's `expect`, and to its types: for `setupFiles`. */
import { expect } from 'vitest';
import type { ProofOptions } from '../prove/options.ts';
import { matchers } from './matchers.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Passes if the function is safe under the faults: see `provesSafe`. */
    toBeSafeUnderFaults<Client = undefined>(options?: ProofOptions<Client>): Promise<void>;
  }
}

expect.extend({ ...matchers });
