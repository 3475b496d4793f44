/** What a program under the axe is started with, as JSON. */
export interface Plan {
  readonly program: ProgramName;
  /** `fresh`: each send makes a key of its own, as a program does that stores none. */
  readonly key: 'stored' | 'fresh';
  /** How long the outbox believes that the bank remembers a key. */
  readonly windowMs: number;
  readonly bank: string;
  /** Where the orders are: a path for SQLite, a URL for Postgres. */
  readonly database: string;
  /** The schema in Postgres. */
  readonly schema: string;
  readonly redis: string;
  /** Under which the program's keys are in Redis. */
  readonly prefix: string;
}

/** How a program sees to it that its orders are paid. */
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
  /** How many orders are still to be paid, as far as the program knows. */
  waiting(): Promise<number>;
}
