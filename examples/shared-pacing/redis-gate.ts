import type { GateChannel } from '@twicesafe/fetch';
import { Redis } from 'ioredis';

/** Shares pauses over Redis. While Redis is away, each process knows its own pauses only. */
export function redisGate(url: string, channel: string): GateChannel & Disposable {
  const own = crypto.randomUUID();
  const publisher = new Redis(url, { enableOfflineQueue: false });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  for (const each of [publisher, subscriber]) each.on('error', () => {}); // they connect again by themselves
  return {
    publish: (origin, pauseMs) => publisher.publish(channel, JSON.stringify({ own, origin, pauseMs })),
    subscribe(closed) {
      subscriber.subscribe(channel).catch(() => {});
      subscriber.on('message', (_, text) => {
        const pause = JSON.parse(text);
        if (pause.own !== own) closed(pause.origin, pause.pauseMs);
      });
    },
    [Symbol.dispose]() {
      for (const each of [publisher, subscriber]) each.disconnect();
    },
  };
}
