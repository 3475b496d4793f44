// The machine's own, whatever replaces them later.
const { setImmediate } = globalThis;
const { bigint: realNs } = process.hrtime;

/** The runtime's pending work apart from sockets, such as files, name lookups and connections. */
const BUSY = /^(FSReq|GetAddrInfoReq|TCPConnectWrap)/;

const SOCKET = /^(TCP|GetAddrInfoReq)/;

/** Turns of the event loop without a move: loopback delivers within one or two. */
const TURNS = 12;

/**
 * The longest that files and names are waited for, in milliseconds: a handle may be open for the life of the process.
 */
const BUSY_MS = 1000;

/** Detects when only the passage of time can make progress. */
export class Quiet {
  #still = 0;

  /** A socket moved. */
  moved(): void {
    this.#still = 0;
  }

  /** Resolves after some quiet turns of the event loop, or once `isOver`. */
  async reached(isOver: () => boolean): Promise<void> {
    this.#still = 0;
    const isLate = realLimit(BUSY_MS);
    while (!isOver()) {
      await nextTurn();
      this.#still += 1;
      if (this.#still < TURNS) continue;
      const isBusy = process.getActiveResourcesInfo().some((name) => BUSY.test(name));
      if (!isBusy || isLate()) return;
      this.#still = 0;
    }
  }
}

/** Whether this process has sockets or is about to open one, so that something may come without a timer. */
export function hasSockets(): boolean {
  return process.getActiveResourcesInfo().some((name) => SOCKET.test(name));
}

/** The next turn of the event loop, in which sockets are polled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Starts a limit in real time, and returns whether it is over. */
export function realLimit(ms: number): () => boolean {
  const endNs = realNs() + BigInt(ms) * 1_000_000n;
  return () => realNs() > endNs;
}
