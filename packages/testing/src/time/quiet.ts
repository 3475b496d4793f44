const { setImmediate } = globalThis;

/** What the runtime is doing for the program although no socket moves: files, names, connections. */
const BUSY = /^(FSReq|GetAddrInfoReq|TCPConnectWrap)/;

/** Turns of the event loop without a move: loopback delivers within one or two. */
const TURNS = 12;

/** The longest that files and names are waited for, in milliseconds: a handle may be open for the life of the process. */
const BUSY_MS = 1000;

/** Tells when nothing can happen any more unless time goes by. */
export class Quiet {
  #still = 0;

  /** A socket moved. */
  moved(): void {
    this.#still = 0;
  }

  /** Resolves after some turns of the event loop in which nothing moved, or once `isOver`. */
  async reached(isOver: () => boolean): Promise<void> {
    this.#still = 0;
    const endNs = process.hrtime.bigint() + BigInt(BUSY_MS) * 1_000_000n;
    while (!isOver()) {
      await nextTurn();
      this.#still += 1;
      if (this.#still < TURNS) continue;
      const isBusy = process.getActiveResourcesInfo().some((name) => BUSY.test(name));
      if (!isBusy || process.hrtime.bigint() > endNs) return;
      this.#still = 0;
    }
  }
}

/** The next turn of the event loop, in which sockets are polled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
