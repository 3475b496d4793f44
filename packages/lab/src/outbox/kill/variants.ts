import type { Plan } from './plan.ts';

/** A program, a bank, and the outcomes that they must and must not have. */
export interface Variant extends Pick<Plan, 'program' | 'key' | 'windowMs'> {
  readonly name: string;
  readonly database: 'sqlite' | 'postgres';
  readonly needsRedis?: boolean;
  readonly kills: number;
  /** The minimum number of orders. */
  readonly orders: number;
  /** How long the bank remembers a key, in milliseconds. */
  readonly keepMs: number;
  /** How long the program stays down after a kill, in milliseconds. */
  readonly awayMs: number;
  /** The outcomes that must be 0 at the end. */
  readonly mustBeZero: readonly ('lost' | 'doubled' | 'unknown')[];
  /** The outcome that must be above 0 at the end, to show that the measurement can fail. */
  readonly mustShow?: 'doubled';
}

const DAY_MS = 86_400_000;
const SHORT_WINDOW_MS = 2_000;
const ALL = { kills: 100, orders: 4_000, keepMs: DAY_MS, windowMs: DAY_MS, awayMs: 0, key: 'stored' } as const;
const FRESH = { ...ALL, kills: 60, orders: 1_500, key: 'fresh' } as const;
const FORGETFUL = { ...ALL, kills: 20, orders: 900, keepMs: SHORT_WINDOW_MS, awayMs: 2_600 } as const;
const ENGINE = { ...ALL, kills: 60, orders: 1_200 } as const;
/** DBOS recovers every unfinished workflow at each start, so new orders become rare as the backlog grows. */
const DBOS_ENGINE = { ...ENGINE, orders: 100 } as const;
const ENGINE_FRESH = { ...ENGINE, key: 'fresh', mustBeZero: [], mustShow: 'doubled' } as const;
const NOTHING_WRONG = ['lost', 'doubled', 'unknown'] as const;

/** The variants. The ones without guarantees show that the ledger detects wrong outcomes. */
export const VARIANTS: readonly Variant[] = [
  { ...ALL, name: 'outbox, SQLite', program: 'outbox-sqlite', database: 'sqlite', mustBeZero: NOTHING_WRONG },
  { ...ALL, name: 'outbox, Postgres', program: 'outbox-postgres', database: 'postgres', mustBeZero: NOTHING_WRONG },
  {
    ...FRESH,
    name: 'outbox, SQLite, a fresh key for each send',
    program: 'outbox-sqlite',
    database: 'sqlite',
    mustBeZero: [],
    mustShow: 'doubled',
  },
  {
    ...FRESH,
    name: 'outbox, Postgres, a fresh key for each send',
    program: 'outbox-postgres',
    database: 'postgres',
    mustBeZero: [],
    mustShow: 'doubled',
  },
  { ...FRESH, name: 'no outbox: commit, then send', program: 'memory', database: 'sqlite', mustBeZero: [] },
  {
    ...FORGETFUL,
    name: 'outbox, SQLite, the server forgets keys after 2 s',
    program: 'outbox-sqlite',
    database: 'sqlite',
    windowMs: SHORT_WINDOW_MS,
    mustBeZero: ['lost', 'doubled'],
  },
  {
    ...FORGETFUL,
    name: 'the same, with `windowMs` set to a day',
    program: 'outbox-sqlite',
    database: 'sqlite',
    mustBeZero: [],
    mustShow: 'doubled',
  },
  { ...ENGINE, name: 'pg-boss', program: 'pg-boss', database: 'postgres', mustBeZero: NOTHING_WRONG },
  { ...ENGINE_FRESH, name: 'pg-boss, a fresh key for each send', program: 'pg-boss', database: 'postgres' },
  {
    ...ENGINE,
    name: 'BullMQ behind the outbox',
    program: 'bullmq-behind-outbox',
    database: 'sqlite',
    needsRedis: true,
    mustBeZero: NOTHING_WRONG,
  },
  {
    ...ENGINE_FRESH,
    name: 'BullMQ behind the outbox, a fresh key for each send',
    program: 'bullmq-behind-outbox',
    database: 'sqlite',
    needsRedis: true,
  },
  { ...ENGINE, name: 'BullMQ alone', program: 'bullmq', database: 'sqlite', needsRedis: true, mustBeZero: ['doubled'] },
  { ...DBOS_ENGINE, name: 'DBOS', program: 'dbos', database: 'postgres', mustBeZero: NOTHING_WRONG },
  {
    ...ENGINE_FRESH,
    orders: 100,
    name: 'DBOS, a fresh key for each send',
    program: 'dbos',
    database: 'postgres',
  },
];
