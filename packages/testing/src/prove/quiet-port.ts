// Below the ephemeral ranges of Linux, macOS and Windows: the system hands none of these ports out while one of ours is closed.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

/**
 * Starts a server on a port that no other program gets by chance while the server refuses connections.
 *
 * @throws what `listen` throws, unless the port is in use: then another one is tried.
 */
export async function onQuietPort<Server>(listen: (port: number) => Promise<Server>): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    try {
      return await listen(port);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'EADDRINUSE' || tries >= TRIES) throw error;
    }
  }
}
