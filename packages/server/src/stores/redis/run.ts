import { hexadecimal } from '../../handler/digest.ts';

/** Runs a Lua script on one key. */
export type RedisRun = (script: string, key: string, parameters: readonly string[]) => Promise<unknown>;

/** The methods of ioredis that the store uses. */
export interface IoRedis {
  evalsha(sha: string, keys: number, ...keysAndParameters: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndParameters: string[]): Promise<unknown>;
}

/** The methods of node-redis that the store uses. */
export interface NodeRedis {
  evalSha(sha: string, options: NodeRedisOptions): Promise<unknown>;
  eval(script: string, options: NodeRedisOptions): Promise<unknown>;
}

interface NodeRedisOptions {
  keys: string[];
  arguments: string[];
}

/**
 * Runs scripts by their digest, and sends a script in full only when the server does not know it.
 *
 * @throws {TypeError} If it is another client than ioredis and node-redis.
 */
export function redisRun(client: IoRedis | NodeRedis): RedisRun {
  const { run, runBySha } = commandsOf(client);
  const digests = new Map<string, string>();

  return async (script, key, parameters) => {
    const sha = digests.get(script) ?? (await sha1(script));
    digests.set(script, sha);
    try {
      return await runBySha(sha, key, parameters);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return run(script, key, parameters);
    }
  };
}

function commandsOf(client: IoRedis | NodeRedis): { readonly run: RedisRun; readonly runBySha: RedisRun } {
  if (typeof client === 'object' && client !== null && 'evalSha' in client) {
    return {
      run: (script, key, parameters) => client.eval(script, { keys: [key], arguments: [...parameters] }),
      runBySha: (sha, key, parameters) => client.evalSha(sha, { keys: [key], arguments: [...parameters] }),
    };
  }
  if (typeof client?.evalsha === 'function') {
    return {
      run: (script, key, parameters) => client.eval(script, 1, key, ...parameters),
      runBySha: (sha, key, parameters) => client.evalsha(sha, 1, key, ...parameters),
    };
  }
  throw new TypeError('redisStore needs a client of ioredis or node-redis');
}

/** The digest that Redis itself gives to a script. */
async function sha1(script: string): Promise<string> {
  return hexadecimal(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(script))));
}
