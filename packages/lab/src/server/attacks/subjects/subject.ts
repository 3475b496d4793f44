import type { RequestListener } from 'node:http';

/** The environment of a subject. */
export interface SubjectSetting {
  /** A Redis server whose connections the attacks can cut. */
  readonly redis: string;
  /** The file that records effects. */
  readonly ledger: string;
  /**
   * How long a request may own its key, in milliseconds, if the package has such an option. If it has a single time
   * option, this sets it.
   */
  readonly leaseMs: number | undefined;
}

/** A package under attack, as a payments API that follows the package's documentation. */
export interface Subject {
  readonly name: string;
  /** Whether the package keeps keys in Redis. */
  readonly usesRedis: boolean;
  open(setting: SubjectSetting): Promise<RequestListener>;
}
