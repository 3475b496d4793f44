import { VirtualClock } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { headersFrom } from '../../src/headers-from.ts';
import { createRetryPolicy, type Policy } from '../../src/operation/policy.ts';
import type { RetryOptions } from '../../src/options/options.ts';

const URL_OF_API = 'https://api.example/orders';

/** A channel whose subscribers can be called, and that remembers what was published. */
function scriptedChannel(publish: (origin: string, pauseMs: number) => unknown = () => {}) {
  const published: [string, number][] = [];
  const listeners: ((origin: never, pauseMs: never) => void)[] = [];
  return {
    published,
    listeners,
    channel: {
      publish(origin: string, pauseMs: number) {
        published.push([origin, pauseMs]);
        return publish(origin, pauseMs);
      },
      subscribe: (closed: (origin: string, pauseMs: number) => void) => void listeners.push(closed),
    },
    /** Another process was asked for a pause. */
    hear: (origin: unknown, pauseMs: unknown) => {
      for (const closed of listeners) closed(origin as never, pauseMs as never);
    },
  };
}

function policyWith(options: RetryOptions): Policy {
  return createRetryPolicy(options, new VirtualClock()) as Policy;
}

function isAskedToWait(policy: Policy, seconds: number): void {
  const headers = headersFrom(new Headers({ 'retry-after': String(seconds) }));
  policy.pacing.recordPushback({ type: 'response', status: 429, headers }, URL_OF_API, 0, policy.clock.now());
}

const waitOf = (policy: Policy): number => policy.pacing.gateMs(URL_OF_API, 0, policy.clock.now());

test('publishes a pause, which closes the gate of a subscribed process', () => {
  const here = scriptedChannel();
  const there = scriptedChannel();
  const policy = policyWith({ gateChannel: here.channel });
  const other = policyWith({ gateChannel: there.channel });

  isAskedToWait(policy, 2);
  for (const pause of here.published) there.hear(...pause);

  expect(here.published).toEqual([['https://api.example', 2_000]]);
  expect([waitOf(policy), waitOf(other)]).toEqual([2_000, 2_000]);
  expect(there.published).toEqual([]);
});

test.each([
  ['no origin', undefined, 2_000],
  ['no number', 'https://api.example', '2s'],
  ['a number in text', 'https://api.example', '2000'],
  ['a number in a list', 'https://api.example', [2000]],
  ['a big integer', 'https://api.example', 2000n],
  ['NaN', 'https://api.example', Number.NaN],
  ['a negative length', 'https://api.example', -1],
  ['no end', 'https://api.example', Number.POSITIVE_INFINITY],
  ['no length', 'https://api.example', 0],
  ['more than maxPushbackMs', 'https://api.example', 60_001],
])('a pause with %s is ignored', (_, origin, pauseMs) => {
  const channel = scriptedChannel();
  const policy = policyWith({ gateChannel: channel.channel });

  channel.hear(origin, pauseMs);

  expect(waitOf(policy)).toBe(0);
});

test('honors a pause as long as maxPushbackMs', () => {
  const channel = scriptedChannel();
  const policy = policyWith({ gateChannel: channel.channel, maxPushbackMs: 5_000 });

  channel.hear('https://api.example', 5_000);

  expect(waitOf(policy)).toBe(5_000);
});

test.each(['', 'https://api.example/orders', 'api.example', 'null', ['https://api.example'], undefined])(
  'a pause of %j takes no memory',
  (origin) => {
    const channel = scriptedChannel();
    const policy = policyWith({ gateChannel: channel.channel });

    channel.hear(origin, 2_000);

    expect(policy.pacing.isIdle).toBe(true);
  },
);

test('nothing is shared when the gate is off', () => {
  const channel = scriptedChannel();
  const policy = policyWith({ gateChannel: channel.channel, originGate: 'off' });

  isAskedToWait(policy, 2);
  channel.hear('https://api.example', 2_000);

  expect(channel.published).toEqual([]);
  expect(waitOf(policy)).toBe(0);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('away');
    },
  ],
  ['rejects', () => Promise.reject(new Error('away'))],
])('a channel that %s disturbs no operation', async (_, publish) => {
  const policy = policyWith({ gateChannel: scriptedChannel(publish).channel });

  isAskedToWait(policy, 2);
  await new Promise(setImmediate);

  expect(waitOf(policy)).toBe(2_000);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('away');
    },
  ],
  ['rejects', () => Promise.reject(new Error('away'))],
])('a policy is made with a channel whose subscribe %s', async (_, subscribe) => {
  const policy = policyWith({ gateChannel: { publish() {}, subscribe } });
  await new Promise(setImmediate);

  isAskedToWait(policy, 2);
  expect(waitOf(policy)).toBe(2_000);
});

test('one subscription outlives a reset', () => {
  const channel = scriptedChannel();
  const policy = policyWith({ gateChannel: channel.channel });

  policy.reset();
  channel.hear('https://api.example', 500);

  expect(channel.listeners).toHaveLength(1);
  expect(waitOf(policy)).toBe(500);
});

test.each([[{}], [{ publish() {} }], [null]])('refuses the channel %j', (channel) => {
  expect(() => policyWith({ gateChannel: channel as never })).toThrow(
    /gateChannel must have the functions publish and subscribe/,
  );
});
