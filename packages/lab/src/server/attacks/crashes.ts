import { setTimeout } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { effects, statuses } from './finding.ts';
import type { Seen, Target } from './target.ts';

const LEASE_MS = 1_000;

/** Sends repeatedly until a response other than 409 arrives or the time is over. */
async function insist(target: Target, order: string, how: 'slow-10000' | 'slow-2500', forMs: number): Promise<Seen> {
  const until = performance.now() + forMs;
  for (;;) {
    const seen = await target.send({ order, how, key: order });
    if ((seen.status !== 409 && seen.status !== undefined) || performance.now() > until) return seen;
    await setTimeout(200);
  }
}

/** Attacks by crashes and outages. */
export const CRASHES: readonly Attack[] = [
  {
    name: 'the client leaves, and is back',
    async run(target, order) {
      await target.send({ order, how: 'slow-300', key: order, signal: AbortSignal.timeout(100) });
      await setTimeout(400);
      const back = await target.send({ order, how: 'slow-300', key: order });
      const count = target.effects(order);
      return { text: `${effects(count)}, ${statuses(back)}`, isGood: count === 1 && back.status === 201 };
    },
  },
  {
    name: 'kill -9 between effect and record, then asked again for 3 s',
    async run(target, order) {
      const dying = target.send({ order, how: 'slow-10000', key: order });
      while (target.effects(order) === 0) await setTimeout(20);
      await target.kill();
      await dying;
      await target.start();
      const seen = await insist(target, order, 'slow-10000', 3_000);
      const count = target.effects(order);
      const text = seen.status === 409 ? '409 for ever' : statuses(seen);
      return { text: `${effects(count)}, ${text}`, isGood: count === 1 && seen.status === 500 };
    },
  },
  {
    name: 'a handler slower than lease or TTL (1 s)',
    async run(target, order) {
      await target.kill();
      await target.start({ leaseMs: LEASE_MS });
      const first = target.send({ order, how: 'slow-2500', key: order });
      await setTimeout(1_500);
      const [slow, duplicate] = await Promise.all([first, insist(target, order, 'slow-2500', 3_000)]);
      await target.kill();
      await target.start();
      const count = target.effects(order);
      return { text: `${effects(count)}, ${statuses(slow, duplicate)}`, isGood: count === 1 };
    },
  },
  {
    name: 'the store is down before',
    needsRedis: true,
    async run(target, order) {
      target.redis.cut();
      const seen = await target.send({ order, key: order });
      target.redis.restore();
      const count = target.effects(order);
      const hung = seen.status === undefined ? 'hangs' : `${statuses(seen)} in ${(seen.tookMs / 1_000).toFixed(1)} s`;
      const text = target.isAlive ? hung : 'process exits';
      return {
        text: count === 0 ? text : `${effects(count)}, ${text}`,
        isGood: target.isAlive && seen.status === 503 && count === 0,
      };
    },
  },
  {
    name: 'the store is down after the effect, and is back',
    needsRedis: true,
    async run(target, order) {
      if (!target.isAlive) await target.start();
      await setTimeout(1_500);
      const first = target.send({ order, how: 'slow-300', key: order });
      await setTimeout(150);
      target.redis.cut();
      await setTimeout(600);
      target.redis.restore();
      const seen = await first;
      if (!target.isAlive) return { text: `process exits, ${effects(target.effects(order))}`, isGood: false };
      await setTimeout(1_500);
      const again = await target.send({ order, how: 'slow-300', key: order });
      const count = target.effects(order);
      return { text: `${effects(count)}, ${statuses(seen, again)}`, isGood: count === 1 && seen.status === 201 };
    },
  },
];
