import type { Outbox, Settled, StartOptions } from '@twicesafe/outbox';

type AnyOutbox = Pick<Outbox<never, number>, 'start'>;

/** Runs a worker until it has settled `count` runs, and stops it. */
export async function runUntil(outbox: AnyOutbox, count: number, options: StartOptions = {}): Promise<Settled[]> {
  const settled: Settled[] = [];
  const enough = Promise.withResolvers<void>();
  const running = outbox.start({
    pollMs: 5,
    retry: { maxAttempts: 1 },
    ...options,
    onSettled(each) {
      settled.push(each);
      if (settled.length === count) enough.resolve();
    },
  });
  await enough.promise;
  await running.stop();
  return settled;
}
