import type { RequestListener } from 'node:http';

/** What a subject has to work with. */
export interface SubjectSetting {
  /** A Redis server, which the attacks can cut off. */
  readonly redis: string;
  /** The file that records effects. */
  readonly ledger: string;
  /** For how long a request may own its key, where the package has a time for that. Where it has only one time, this is the one. */
  readonly leaseMs: number | undefined;
}

/** A package under attack: a payments API built as its documentation says. */
export interface Subject {
  readonly name: string;
  /** Whether it keeps keys in Redis. */
  readonly usesRedis: boolean;
  open(setting: SubjectSetting): Promise<RequestListener>;
}
