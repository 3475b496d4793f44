import { setTimeout } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { effects, isRefusal, isSame, statuses, tally } from './finding.ts';

/** Attacks by requests that should count as one, or that must stay separate. */
export const DUPLICATES: readonly Attack[] = [
  {
    name: '50 concurrent duplicates',
    async run(target, order) {
      const sent = Array.from({ length: 50 }, () => target.send({ order, how: 'slow-500', key: order }));
      const seen = await Promise.all(sent);
      const count = target.effects(order);
      return {
        text: `${effects(count)}, ${tally(seen)}`,
        isGood: count === 1 && seen.every(({ status }) => status === 201 || status === 409),
      };
    },
  },
  {
    name: 'same key, other body',
    async run(target, order) {
      await target.send({ order, key: order });
      const other = await target.send({ order, key: order, cents: 9 });
      return {
        text: `${effects(target.effects(order))}, ${statuses(other)}`,
        isGood: isRefusal(other) && target.effects(order) === 1,
      };
    },
  },
  {
    name: 'the same, while the first is in flight',
    async run(target, order) {
      const first = target.send({ order, how: 'slow-300', key: order });
      await setTimeout(100);
      const other = await target.send({ order, how: 'slow-300', key: order, cents: 9 });
      await first;
      return {
        text: `${effects(target.effects(order))}, ${statuses(other)}`,
        isGood: isRefusal(other) && target.effects(order) === 1,
      };
    },
  },
  {
    name: 'the first again, after that misuse',
    async run(target, order) {
      const first = await target.send({ order, key: order });
      await target.send({ order, key: order, cents: 9 });
      const again = await target.send({ order, key: order });
      const isReplay = again.status === 201 && isSame(first, again);
      return { text: isReplay ? 'replay' : `${effects(target.effects(order))}, ${statuses(again)}`, isGood: isReplay };
    },
  },
  {
    name: 'no key, where one is required',
    async run(target, order) {
      const [one, other] = [await target.send({ order, cents: 1 }), await target.send({ order, cents: 2 })];
      const isLeak = one.status === 201 && isSame(one, other);
      return { text: isLeak ? "the first one's answer to all" : statuses(other), isGood: other.status === 400 };
    },
  },
  {
    name: 'a key of 10 kB / two keys',
    async run(target, order) {
      const long = await target.send({ order, key: 'k'.repeat(10_000) });
      const two = await target.send({ order, key: `${order}, ${order}` });
      return { text: `${statuses(long)} / ${statuses(two)}`, isGood: isRefusal(long) && isRefusal(two) };
    },
  },
  {
    name: '`"k"` and `k`',
    async run(target, order) {
      await target.send({ order, key: `"${order}"` });
      await target.send({ order, key: order });
      return { text: effects(target.effects(order)), isGood: target.effects(order) === 1 };
    },
  },
  {
    name: 'same key on another path',
    async run(target, order) {
      const first = await target.send({ order, key: order });
      const other = await target.send({ order, key: order, path: '/refunds' });
      const text = other.status === 201 && isSame(first, other) ? "the first one's answer" : statuses(other);
      return {
        text: `${effects(target.effects(order))}, ${text}`,
        isGood: isRefusal(other) && target.effects(order) === 1,
      };
    },
  },
  {
    name: 'the same with `?retry=1`',
    async run(target, order) {
      await target.send({ order, key: order });
      const other = await target.send({ order, key: order, path: '/payments?retry=1' });
      return { text: `${effects(target.effects(order))}, ${statuses(other)}`, isGood: target.effects(order) === 1 };
    },
  },
  {
    name: 'another tenant, as installed',
    async run(target, order) {
      const first = await target.send({ order, key: order, tenant: 'one' });
      const other = await target.send({ order, key: order, tenant: 'two' });
      const isLeak = isSame(first, other);
      return { text: isLeak ? 'leak' : effects(target.effects(order)), isGood: !isLeak && target.effects(order) === 2 };
    },
  },
];
