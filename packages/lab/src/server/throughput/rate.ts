/** The speed of a function. */
export interface Rate {
  /** Calls per second. */
  readonly perSecond: number;
  /** The median duration of a call, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The CPU time of this process per call, in microseconds. Other programs disturb it less than elapsed time. */
  readonly cpuMicroseconds: number;
}

/**
 * Measures how often a function can be called.
 *
 * @param callers - The number of concurrent callers.
 */
export async function rateOf(callers: number, durationMs: number, act: () => Promise<unknown>): Promise<Rate> {
  const times: number[] = [];
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < durationMs) {
      const from = performance.now();
      await act();
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  times.sort((one, other) => one - other);
  const at = (part: number): number => times[Math.floor(times.length * part)] ?? 0;
  return {
    perSecond: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpuMicroseconds: (user + system) / times.length,
  };
}
