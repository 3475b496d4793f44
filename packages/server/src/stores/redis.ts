import { type IoRedis, type NodeRedis, type RedisRun, redisRun } from './redis/run.ts';
import { ACQUIRE, COMPLETE, EXTEND, RELEASE } from './redis/scripts.ts';
import type { Acquired, Claim, IdempotencyStore } from './store.ts';
import { surviveErrors } from './survive-errors.ts';

export type { IoRedis, NodeRedis } from './redis/run.ts';

/** The options of {@link redisStore}. */
export interface RedisStoreOptions {
  /**
   * Precedes each key in Redis.
   *
   * @default 'idempotency:'
   */
  readonly prefix?: string;
}

/**
 * Creates a store in Redis 6.2 or later, or Valkey. Each key is one hash that Redis expires by itself.
 *
 * Redis must not evict (`maxmemory-policy noeviction`). With `appendfsync everysec` it loses up to a second of keys at
 * a power loss, and a failover to a replica loses what was not replicated. Use Postgres where that is not good enough.
 * Set a command timeout on the client (`commandTimeout` in ioredis, `disableOfflineQueue` in node-redis), so that
 * requests are refused soon while Redis is away.
 *
 * @param client - A connected client of ioredis or node-redis.
 * @throws {TypeError} If it is another client.
 * @example
 * const handle = idempotent(pay, { store: redisStore(new Redis({ commandTimeout: 1_000 })), scope: accountOf });
 */
export function redisStore(client: IoRedis | NodeRedis, options: RedisStoreOptions = {}): IdempotencyStore {
  const { prefix = 'idempotency:' } = options;
  const run = redisRun(client);
  surviveErrors(client);
  return new RedisStore(run, prefix);
}

type AcquireReply =
  | readonly [state: 0, attempt: number]
  | readonly [state: 1, fingerprint: string, attempt: number, leaseLeftMs: number]
  | readonly [state: 2, fingerprint: string, outcome: string];

class RedisStore implements IdempotencyStore {
  readonly #run: RedisRun;
  readonly #prefix: string;

  constructor(run: RedisRun, prefix: string) {
    this.#run = run;
    this.#prefix = prefix;
  }

  async acquire(key: string, claim: Claim): Promise<Acquired> {
    const { fence, fingerprint, leaseMs, keepMs, takeOver } = claim;
    const parameters = [fence, fingerprint, milliseconds(leaseMs), milliseconds(keepMs), takeOver ? '1' : '0'];
    const reply = (await this.#run(ACQUIRE, this.#prefix + key, parameters)) as AcquireReply;
    switch (reply[0]) {
      case 0:
        return { state: 'acquired', attempt: reply[1] };
      case 1:
        return { state: 'in-flight', fingerprint: reply[1], attempt: reply[2], leaseLeftMs: reply[3] };
      case 2:
        return { state: 'completed', fingerprint: reply[1], outcome: reply[2] };
    }
  }

  async extend(key: string, fence: string, leaseMs: number): Promise<boolean> {
    return (await this.#run(EXTEND, this.#prefix + key, [fence, milliseconds(leaseMs)])) === 1;
  }

  async complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean> {
    return (await this.#run(COMPLETE, this.#prefix + key, [fence, outcome, milliseconds(keepMs)])) === 1;
  }

  async release(key: string, fence: string): Promise<boolean> {
    return (await this.#run(RELEASE, this.#prefix + key, [fence])) === 1;
  }
}

/** Redis takes whole milliseconds only. */
function milliseconds(duration: number): string {
  return String(Math.ceil(duration));
}
