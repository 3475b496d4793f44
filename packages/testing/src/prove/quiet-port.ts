// Below the ephemeral ranges of Linux, macOS and Windows: the system doesn't hand out one of these ports while it is
// closed here.
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

let next = Math.floor(Math.random() * (HIGHEST - LOWEST));

/** Never the same one twice in a row of thousands, because clients remember what an origin did to them. */
function nextPort(): number {
  next = (next + 1) % (HIGHEST - LOWEST);
  return LOWEST + next;
}

/**
 * Starts a server on a port that other programs can't get by chance while the server refuses connections.
 *
 * @throws what `listen` throws, unless the port is in use: then another one is tried.
 */
export async function onQuietPort<Server>(listen: (port: number) => Promise<Server>): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listen(nextPort());
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'EADDRINUSE' || tries >= TRIES) throw error;
    }
  }
}
