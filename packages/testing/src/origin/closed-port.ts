import { Origin } from './origin.ts';

/** A port on 127.0.0.1 that was free a moment ago, so that it refuses connections. */
export async function closedPort(): Promise<number> {
  const origin = await Origin.listen();
  await origin.close();
  return origin.port;
}
