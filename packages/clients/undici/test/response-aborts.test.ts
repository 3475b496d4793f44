import { describe, expect, test } from 'vitest';
import { OK, recordedCall } from './recording.ts';

const mine = new Error('mine');
const throwing = (): never => {
  throw mine;
};

describe('an abort by the caller', () => {
  test('aborts the connection, whose error ends the response', () => {
    const { relay, connection, calls } = recordedCall({ onResponseStart: (controller) => controller.pause() });
    relay.data(Buffer.from('one'));
    relay.open(OK);

    relay.abort(mine);
    const before = [...calls];
    relay.fail(mine);

    expect(connection.calls).toEqual(['pause', 'abort: mine']);
    expect(before).toEqual(['response 200 OK']);
    expect(calls).toEqual(['response 200 OK', 'error mine']);
  });

  test('of a complete response leaves its connection alone', () => {
    const { relay, connection, calls } = recordedCall({ onResponseStart: (controller) => controller.pause() });
    relay.data(Buffer.from('one'));
    relay.end({});
    relay.open(OK);

    relay.abort(mine);
    relay.abort(new Error('later'));

    expect(connection.calls).toEqual(['pause']);
    expect(calls).toEqual(['response 200 OK', 'error mine']);
  });

  test.each<[name: string, end: (relay: ReturnType<typeof recordedCall>['relay']) => void, calls: string[]]>([
    ['an end', (relay) => relay.end({}), ['response 200 OK', 'end {}']],
    ['an error', (relay) => relay.fail(mine), ['response 200 OK', 'error mine']],
  ])('after %s does nothing more, as more data does', (_, end, expected) => {
    const { relay, connection, calls } = recordedCall();
    relay.open(OK);
    end(relay);

    relay.abort(new Error('later'));
    relay.data(Buffer.from('late'));
    relay.resume();

    expect(calls).toEqual(expected);
    expect(connection.calls).toEqual(['resume']);
  });

  test('of a response that is held does nothing', () => {
    const { relay, connection, calls } = recordedCall();

    relay.abort(mine);

    expect([connection.calls, calls]).toEqual([[], []]);
  });
});

describe("an error of the caller's handler", () => {
  test('at the start of a response aborts it', () => {
    const { relay, connection, calls } = recordedCall({ onResponseStart: throwing });
    relay.data(Buffer.from('one'));

    relay.open(OK);
    relay.fail(mine);

    expect(connection.calls).toEqual(['abort: mine']);
    expect(calls).toEqual(['response 200 OK', 'error mine']);
  });

  test('about data that was held aborts the response', () => {
    const { relay, connection, calls } = recordedCall({ onResponseData: throwing });
    for (const text of ['one', 'two']) relay.data(Buffer.from(text));

    relay.open(OK);
    relay.fail(mine);

    expect(connection.calls.filter((call) => call !== 'resume')).toEqual(['abort: mine']);
    expect(calls).toEqual(['response 200 OK', 'data one', 'error mine']);
  });

  test('about a response that broke off ends it once', () => {
    const { relay, connection, calls } = recordedCall({ onResponseData: throwing });
    for (const text of ['one', 'two']) relay.data(Buffer.from(text));
    relay.fail(new Error('broken'));

    relay.open(OK);

    expect(connection.calls).toEqual([]);
    expect(calls).toEqual(['response 200 OK', 'data one', 'error mine']);
  });

  test('about the end is the error of the response', () => {
    const { relay, calls } = recordedCall({ onResponseEnd: throwing });
    relay.open(OK);

    relay.end({});
    relay.abort(new Error('later'));

    expect(calls).toEqual(['response 200 OK', 'end {}', 'error mine']);
  });
});

test('an interceptor may pass no controller on', async () => {
  const { relay, calls } = recordedCall();
  relay.controller = undefined;

  const look = relay.look(0, new AbortController().signal);
  relay.data(Buffer.from('one'));
  expect(await look).toBeUndefined();
  relay.drain();
  relay.open(OK);
  relay.abort(mine);
  relay.fail(mine);
  const other = recordedCall().relay;
  other.controller = undefined;
  other.discard();

  expect(other.complete).toBe(false);
  expect(calls).toEqual(['response 200 OK', 'data one', 'error mine']);
});
