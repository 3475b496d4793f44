/**
 * Shares the pauses that origins ask for with other processes or threads, over a pub/sub of yours. Durations travel
 * instead of times, because the clocks of machines differ. While the channel is away, each process knows its own pauses
 * only.
 *
 * @example
 * const channel = new BroadcastChannel('gate');
 * const gateChannel: GateChannel = {
 *   publish: (origin, pauseMs) => channel.postMessage({ origin, pauseMs }),
 *   subscribe: (closed) => channel.addEventListener('message', ({ data }) => closed(data.origin, data.pauseMs)),
 * };
 */
export interface GateChannel {
  /**
   * Sends a pause to the others. What it throws or rejects with is dropped.
   *
   * @param origin - Such as `https://api.example`.
   * @param pauseMs - How long the origin asked everybody to wait, in milliseconds.
   */
  publish(origin: string, pauseMs: number): unknown;
  /**
   * Calls `closed` for each pause that another process published. Called once per policy. What it throws or rejects
   * with is dropped. Malformed pauses are ignored.
   */
  subscribe(closed: (origin: string, pauseMs: number) => void): unknown;
}
