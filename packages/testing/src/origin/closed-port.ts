import { Origin } from './origin.ts';

/**
 * Finds a port on 127.0.0.1 that was free a moment ago, so that it refuses connections.
 *
 * @example
 * const url = `http://127.0.0.1:${await closedPort()}/`;
 * await expect(fetch(url)).rejects.toThrow();
 */
export async function closedPort(): Promise<number> {
  const origin = await Origin.listen();
  await origin.close();
  return origin.port;
}
