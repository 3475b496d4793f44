import type { Finding } from './finding.ts';
import type { Target } from './target.ts';

/** One row of the table. */
export interface Attack {
  readonly name: string;
  /** Whether the attack needs a store whose connections can be cut. */
  readonly needsRedis?: boolean;
  /** @param order - A name that no other attack uses, for the ledger and as the key. */
  run(target: Target, order: string): Promise<Finding>;
}
