import { Origin, type OriginOptions } from '../origin/origin.ts';

// Below the ephemeral ranges of Linux, macOS and Windows: the system hands none of these ports out while one of ours is closed.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** Listens on a port that no other program gets by chance while this origin refuses connections. */
export async function listenOnQuietPort(options: OriginOptions): Promise<Origin> {
  for (let tries = 1; ; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    try {
      return await Origin.listen({ ...options, port });
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'EADDRINUSE' || tries >= TRIES) throw error;
    }
  }
}
