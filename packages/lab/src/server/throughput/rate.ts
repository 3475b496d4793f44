/** How fast something was done. */
export interface Rate {
  /** Times per second. */
  readonly perSecond: number;
  /** Milliseconds that half of the calls took at most. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of this process's CPU for each call. Other programs on the machine disturb it little, unlike the clock. */
  readonly cpuMicroseconds: number;
}

/**
 * Measures how often something can be done.
 *
 * @param callers - How many do it at the same time.
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
