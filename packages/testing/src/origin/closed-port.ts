import { Origin } from './origin.ts';

/** A port on 127.0.0.1 that nothing listens on: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const origin = await Origin.listen();
  await origin.close();
  return origin.port;
}
