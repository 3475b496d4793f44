/** The start parameters of a program that is killed, as JSON. */
export interface Plan {
  readonly program: ProgramName;
  /** With `fresh`, each send makes a new key, like a program that doesn't store keys. */
  readonly key: 'stored' | 'fresh';
  /** How long the outbox assumes that the bank remembers a key, in milliseconds. */
  readonly windowMs: number;
  readonly bank: string;
  /** The location of the orders: a path for SQLite, a URL for Postgres. */
  readonly database: string;
  /** The schema in Postgres. */
  readonly schema: string;
  readonly redis: string;
  /** The prefix of the program's keys in Redis. */
  readonly prefix: string;
}

/** The way that a program gets its orders paid. */
export type ProgramName =
  | 'memory'
  | 'outbox-sqlite'
  | 'outbox-postgres'
  | 'pg-boss'
  | 'bullmq'
  | 'bullmq-behind-outbox'
  | 'dbos';

/** A shop that stores orders and has each paid once. */
export interface Program {
  /** Stores an order. Once this resolves, the order is committed. */
  order(name: string): Promise<void>;
  /** Returns how many orders are still unpaid, according to the program. */
  waiting(): Promise<number>;
}
