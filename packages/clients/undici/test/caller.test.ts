import { EventEmitter } from 'node:events';
import { listenersOf } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { Caller } from '../src/caller.ts';
import { OK, recordedCall } from './recording.ts';

const mine = new Error('mine');

describe('the start', () => {
  test('comes with the raw headers of the connection and what the context contains', () => {
    const seen: unknown[] = [];
    const { caller, relay, calls } = recordedCall({
      onRequestStart: ({ rawHeaders }) => void seen.push(rawHeaders),
    });

    caller.follow(relay, { history: [1] });

    expect(seen).toEqual([['x-raw', 'headers']]);
    expect(calls).toEqual(['start {"history":[1]}']);
  });

  test('comes once, and later contexts show in its context', () => {
    const { caller, relay, calls } = recordedCall();

    caller.prepareToWait();
    const { context } = caller;
    caller.follow(relay, { history: [1] });

    expect(calls).toEqual(['start {}']);
    expect(caller.context).toBe(context);
    expect(context).toEqual({ history: [1] });
  });

  test('that throws before a wait aborts the call', () => {
    const { caller, calls } = recordedCall({
      onRequestStart: () => {
        throw mine;
      },
    });

    caller.prepareToWait();

    expect(caller.signal).toMatchObject({ aborted: true, reason: mine });
    expect(calls).toEqual(['start {}', 'cancel mine']);
  });
});

describe('the signal of a call', () => {
  test('is made when something waits, and only once', () => {
    const { caller } = recordedCall();
    expect(caller.signal).toBeUndefined();

    caller.prepareToWait();
    const { signal } = caller;
    caller.prepareToWait();

    expect(signal?.aborted).toBe(false);
    expect(caller.prepareSignal().signal).toBe(signal);
  });

  test('is aborted when the caller gives up before it has a response', () => {
    const { caller, calls } = recordedCall();

    caller.controller.abort(mine);

    expect(caller.signal).toMatchObject({ aborted: true, reason: mine });
    expect(calls).toEqual(['cancel mine']);
  });

  test('is left alone when the caller aborts its response', () => {
    const { caller, relay, calls, connection } = recordedCall();

    caller.reads(relay);
    relay.open(OK);
    caller.controller.abort(mine);

    expect(caller.signal).toBeUndefined();
    expect(connection.calls).toEqual(['resume', 'abort: mine']);
    expect(calls).toEqual(['response 200 OK']);
  });
});

describe("the caller's own signal", () => {
  test('announces the start when it is aborted', () => {
    const { caller, calls } = recordedCall();
    const signal = new EventEmitter();

    caller.listen(signal);
    const before = [...calls];
    signal.emit('abort');

    expect([before, calls]).toEqual([[], ['start {}']]);
  });

  test('is not listened to after the start', () => {
    const { caller, relay } = recordedCall();
    const { signal } = new AbortController();

    caller.follow(relay, {});
    caller.listen(signal);

    expect(listenersOf(signal)).toBe(0);
  });

  test.each<[end: string, act: (call: ReturnType<typeof recordedCall>) => void]>([
    ['a start', ({ caller, relay }) => caller.follow(relay, {})],
    ['a response', ({ caller, relay }) => caller.reads(relay)],
    ['an error', ({ caller }) => caller.fail(mine)],
  ])('loses its listener with %s', (_, act) => {
    const call = recordedCall();
    const { signal } = new AbortController();
    call.caller.listen(signal);
    const before = listenersOf(signal);

    act(call);

    expect([before, listenersOf(signal)]).toEqual([1, 0]);
  });
});

test('an error comes with a controller only after a start', () => {
  const seen: unknown[] = [];
  const caller = new Caller(
    { onRequestStart() {}, onResponseError: (controller, error) => void seen.push(controller, error) },
    () => {},
  );

  caller.fail(mine);
  caller.prepareToWait();
  caller.fail(mine);

  expect(seen).toEqual([null, mine, caller.controller, mine]);
});
