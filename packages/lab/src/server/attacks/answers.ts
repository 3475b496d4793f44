import type { Attack } from './attack.ts';
import { effects, statuses } from './finding.ts';
import { BINARY, LARGE } from './payment.ts';

const STREAM = 'part 0\npart 1\npart 2\npart 3\npart 4\n';

/** Attacks by the handler's response. */
export const ANSWERS: readonly Attack[] = [
  {
    name: 'cookie / location / own header in the replay',
    async run(target, order) {
      await target.send({ order, how: 'headers', key: order });
      const { headers } = await target.send({ order, how: 'headers', key: order });
      const has = ['set-cookie', 'location', 'x-own'].map((name) => headers.has(name));
      return { text: has.map((is) => (is ? 'yes' : 'no')).join(' / '), isGood: has.join() === 'false,true,true' };
    },
  },
  {
    name: 'a binary answer',
    async run(target, order) {
      const first = await target.send({ order, how: 'binary', key: order });
      const replay = await target.send({ order, how: 'binary', key: order });
      const count = target.effects(order);
      const [isWhole, isSame] = [BINARY.equals(first.bytes), BINARY.equals(replay.bytes)];
      const text = isWhole ? (isSame ? 'ok' : 'garbage in the replay') : 'garbage at once';
      return { text: count === 1 ? text : `${effects(count)}, ${text}`, isGood: isWhole && isSame && count === 1 };
    },
  },
  {
    name: 'an answer of 5 MB',
    async run(target, order) {
      const first = await target.send({ order, how: 'large', key: order });
      const replay = await target.send({ order, how: 'large', key: order });
      const count = target.effects(order);
      const isWhole = replay.bytes.length === LARGE;
      const text = isWhole ? 'ok' : `then ${statuses(replay)}`;
      const isGood = count === 1 && first.bytes.length === LARGE && (isWhole || replay.status === 500);
      return { text: count === 1 ? text : `${effects(count)}, ${text}`, isGood };
    },
  },
  {
    name: 'a streamed answer',
    async run(target, order) {
      const first = await target.send({ order, how: 'stream', key: order });
      const replay = await target.send({ order, how: 'stream', key: order });
      const count = target.effects(order);
      const [isWhole, isSame] = [first.bytes.toString() === STREAM, replay.bytes.toString() === STREAM];
      const after = replay.status === 201 ? 'garbage in the replay' : `then ${statuses(replay)}`;
      const text = isWhole ? (isSame ? 'ok' : after) : `${statuses(first)} at once`;
      return { text: count === 1 ? text : `${effects(count)}, ${text}`, isGood: count === 1 && isWhole && isSame };
    },
  },
  {
    name: 'the handler throws after the effect',
    async run(target, order) {
      const first = await target.send({ order, how: 'throw', key: order });
      const again = await target.send({ order, how: 'throw', key: order });
      const count = target.effects(order);
      const isHonest = again.status === 500;
      return { text: `${effects(count)}, ${statuses(first, again)}`, isGood: count === 1 && isHonest };
    },
  },
  {
    name: '500 / 400 after the effect, asked again',
    async run(target, order) {
      const counts: number[] = [];
      for (const status of [500, 400] as const) {
        const name = `${order}-${status}`;
        for (let time = 0; time < 2; time += 1) await target.send({ order: name, how: `status-${status}`, key: name });
        counts.push(target.effects(name));
      }
      return { text: counts.map(effects).join(' / '), isGood: counts.every((count) => count === 1) };
    },
  },
  {
    name: '503 / 429 (nothing was done), asked again',
    async run(target, order) {
      const runs: number[] = [];
      for (const status of [503, 429] as const) {
        const name = `${order}-${status}`;
        for (let time = 0; time < 2; time += 1) await target.send({ order: name, how: `status-${status}`, key: name });
        runs.push(target.effects(name));
      }
      const text = runs.map((count) => (count === 2 ? 'runs' : 'never runs')).join(' / ');
      return { text, isGood: runs.every((count) => count === 2) };
    },
  },
];
