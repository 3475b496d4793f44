import type { Outbox, Settled, StartOptions } from '@twicesafe/outbox';

type AnyOutbox = Pick<Outbox<never, number>, 'start'>;

/** Runs workers until they have settled `count` runs together, and stops them. */
export async function runUntil(
  outbox: AnyOutbox,
  count: number,
  options: StartOptions = {},
  workers = 1,
): Promise<Settled[]> {
  const settled: Settled[] = [];
  const enough = Promise.withResolvers<void>();
  const started: StartOptions = {
    pollMs: 5,
    retry: { maxAttempts: 1 },
    ...options,
    onSettled(each) {
      settled.push(each);
      if (settled.length === count) enough.resolve();
    },
  };
  const running = Array.from({ length: workers }, () => outbox.start(started));
  await enough.promise;
  await Promise.all(running.map((worker) => worker.stop()));
  return settled;
}
