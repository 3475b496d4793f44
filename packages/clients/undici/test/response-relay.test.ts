import { listenersOf } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import type { ResponseRelay } from '../src/response-relay.ts';
import { OK, recordedCall } from './recording.ts';

const mine = new Error('mine');
const discarded = 'abort: The response was discarded, because a retry follows';
const live = (): AbortSignal => new AbortController().signal;
const settled = async <Value>(promise: Promise<Value>): Promise<Value | 'pending'> =>
  Promise.race([promise, new Promise<'pending'>((resolve) => setImmediate(resolve, 'pending'))]);

describe('a look at a body', () => {
  test('resumes the connection, waits for the end, and pauses nothing then', async () => {
    const { relay, connection } = recordedCall();

    const look = relay.look(10, live());
    relay.data(Buffer.from('one'));
    relay.data(Buffer.from('two'));
    const before = await settled(look);
    relay.end({});

    expect([before, String(await look)]).toEqual(['pending', 'onetwo']);
    expect(connection.calls).toEqual(['resume']);
  });

  test('takes what has arrived before', async () => {
    const { relay } = recordedCall();
    relay.data(Buffer.from('one'));
    relay.end({});

    expect([String(await relay.look(3, live())), await relay.look(2, live())]).toEqual(['one', undefined]);
  });

  test('waits for the end of a body that is as long as it may be', async () => {
    const { relay } = recordedCall();

    const look = relay.look(3, live());
    relay.data(Buffer.from('one'));
    const before = await settled(look);
    relay.end({});

    expect([before, String(await look)]).toEqual(['pending', 'one']);
  });

  test('ends when the body is too long, and pauses the connection', async () => {
    const { relay, connection } = recordedCall();

    const look = relay.look(2, live());
    relay.data(Buffer.from('one'));

    expect(await settled(look)).toBeUndefined();
    expect(connection.calls).toEqual(['resume', 'pause']);
  });

  test('ends when the body breaks off', async () => {
    const { relay } = recordedCall();

    const look = relay.look(10, live());
    relay.data(Buffer.from('one'));
    relay.fail(mine);

    expect(await settled(look)).toBeUndefined();
  });

  test('ends with the signal, and leaves no listener on it', async () => {
    const { relay, connection } = recordedCall();
    const controller = new AbortController();

    const look = relay.look(10, controller.signal);
    const listening = listenersOf(controller.signal);
    controller.abort();

    expect(await settled(look)).toBeUndefined();
    expect([listening, listenersOf(controller.signal)]).toEqual([1, 0]);
    expect(connection.calls).toEqual(['resume', 'pause']);
    expect(await settled(relay.look(10, AbortSignal.abort()))).toBeUndefined();
  });

  test('leaves no listener on the signal of a body that came whole', async () => {
    const { relay } = recordedCall();
    const signal = live();

    const look = relay.look(10, signal);
    relay.end({});
    await look;

    expect(listenersOf(signal)).toBe(0);
  });

  test('leaves the body for the caller', async () => {
    const { relay, calls } = recordedCall();
    const look = relay.look(10, live());
    relay.data(Buffer.from('one'));
    relay.end({});
    await look;

    relay.open(OK);

    expect(calls).toEqual(['response 200 OK', 'data one', 'end {}']);
  });
});

describe('a response that a retry follows', () => {
  test.each([
    ['up to 64 KiB', [65_535, 1], ['resume']],
    ['more than that', [65_536, 1], ['resume', discarded]],
  ])('is read to its end: %s', (_, sizes, calls) => {
    const { relay, connection } = recordedCall();

    relay.drain();
    for (const size of sizes) relay.data(Buffer.alloc(size));

    expect(connection.calls).toEqual(calls);
  });

  test('keeps its connection if it is complete', () => {
    const { relay, connection } = recordedCall();
    relay.drain();
    relay.end({});
    const { complete } = relay;

    relay.discard();

    expect([complete, relay.complete]).toEqual([true, false]);
    expect(connection.calls).toEqual(['resume']);
  });

  test('is not discarded as long as nothing follows', () => {
    const { relay, connection } = recordedCall();

    relay.data(Buffer.alloc(100_000));

    expect(connection.calls).toEqual([]);
  });

  test('loses its connection once', () => {
    const { relay, connection, calls } = recordedCall();

    relay.discard();
    relay.discard();
    relay.drain();
    relay.open(OK);
    relay.data(Buffer.from('late'));
    relay.end({});

    expect(connection.calls).toEqual([discarded]);
    expect(calls).toEqual([]);
  });

  test('that broke off has no connection to lose', () => {
    const { relay, connection } = recordedCall();
    relay.fail(mine);

    relay.discard();

    expect(connection.calls).toEqual([]);
  });
});

test.each<[end: string, end: (relay: ResponseRelay) => void]>([
  ['a discard', (relay) => relay.discard()],
  ['its end', (relay) => relay.end({})],
  ['its error', (relay) => relay.fail(mine)],
])('a response keeps nothing that arrives after %s', (_, end) => {
  const { relay } = recordedCall();
  let reads = 0;
  const late = Object.defineProperty(Buffer.from('late'), 'length', { get: () => ++reads });

  end(relay);
  relay.open(OK);
  relay.data(late);

  expect(reads).toBe(0);
});

describe('a response that the caller gets', () => {
  test('comes as it arrives', () => {
    const { relay, connection, calls } = recordedCall();
    relay.data(Buffer.from('one'));

    relay.open(OK);
    relay.data(Buffer.from('two'));
    relay.end({ b: '2' });

    expect(calls).toEqual(['response 200 OK', 'data one', 'data two', 'end {"b":"2"}']);
    expect(connection.calls).toEqual(['resume']);
  });

  test('can be controlled although its start was not announced', () => {
    const { relay, caller } = recordedCall();

    relay.open(OK);

    expect(caller.controller.rawHeaders).toEqual(['x-raw', 'headers']);
  });

  test('keeps its order if more arrives during its start', () => {
    const call = recordedCall({ onResponseStart: () => call.relay.data(Buffer.from('two')) });
    call.relay.data(Buffer.from('one'));

    call.relay.open(OK);

    expect(call.calls).toEqual(['response 200 OK', 'data one', 'data two']);
  });

  test('waits for a paused caller, with its end', () => {
    const { relay, connection, caller, calls } = recordedCall({ onResponseStart: (controller) => controller.pause() });
    relay.data(Buffer.from('one'));

    relay.open(OK);
    relay.data(Buffer.from('two'));
    relay.end({});
    const before = [[...calls], [...connection.calls]];
    caller.controller.resume();

    expect(before).toEqual([['response 200 OK'], ['pause']]);
    expect(calls).toEqual(['response 200 OK', 'data one', 'data two', 'end {}']);
    expect(connection.calls).toEqual(['pause']);
  });

  test('stops where the caller pauses', () => {
    const { relay, connection, caller, calls } = recordedCall({ onResponseData: (controller) => controller.pause() });
    caller.follow(relay, null);
    for (const text of ['one', 'two']) relay.data(Buffer.from(text));

    relay.open(OK);

    expect(calls).toEqual(['start {}', 'response 200 OK', 'data one']);
    expect(connection.calls).toEqual(['pause']);
  });

  test('is not drained, discarded or opened again', () => {
    const { relay, connection, calls } = recordedCall();
    relay.open(OK);

    relay.drain();
    relay.data(Buffer.alloc(100_000, ' '));
    relay.data(Buffer.from('rest'));

    expect(connection.calls).toEqual(['resume']);
    expect(calls).toEqual(['response 200 OK', expect.stringMatching(/^data +$/), 'data rest']);
  });

  test('that broke off comes with its error, even to a paused caller', () => {
    const { relay, calls } = recordedCall({ onResponseStart: (controller) => controller.pause() });

    relay.open(OK);
    relay.data(Buffer.from('one'));
    relay.fail(mine);

    expect(calls).toEqual(['response 200 OK', 'data one', 'error mine']);
  });

  test('that is held is not released by a caller that resumes', () => {
    const { relay, connection, caller, calls } = recordedCall();
    caller.follow(relay, null);
    relay.data(Buffer.from('one'));

    caller.controller.resume();

    expect(connection.calls).toEqual([]);
    expect(calls).toEqual(['start {}']);
  });

  test('that fails while it is held fails when it is opened', () => {
    const { relay, calls } = recordedCall();
    relay.fail(mine);
    const before = [...calls];

    relay.open(OK);

    expect([before, calls]).toEqual([[], ['response 200 OK', 'error mine']]);
  });

  test('can be taken by a handler without a response, data or an end', () => {
    const { relay, connection, caller, calls } = recordedCall();
    Object.assign(caller.handler, { onResponseStart: undefined, onResponseData: undefined, onResponseEnd: undefined });
    relay.data(Buffer.from('one'));

    relay.open(OK);
    relay.data(Buffer.from('two'));
    relay.end({});

    expect(connection.calls).toEqual(['resume']);
    expect(calls).toEqual([]);
  });
});
