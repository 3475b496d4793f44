import { request } from 'node:http';
import { Socket } from 'node:net';
import type { ResponseOutcome } from '@twicesafe/core/adapter';
import { closedPort, Origin, status } from '@twicesafe/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sentRequests } from '../../src/index.ts';
import { post } from '../support/attempt.ts';

const connect = Socket.prototype.connect;

/** What the code inside the connections does when one is opened. */
let onConnect: () => void;

beforeAll(async () => {
  await using origin = await Origin.listen();
  await (await fetch(origin.url)).text();
});
beforeEach(() => {
  onConnect = () => {};
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given: unknown[]) {
    onConnect();
    return Reflect.apply(connect, this, given);
  } as never);
});
afterEach(() => void vi.restoreAllMocks());

/** Sends one more POST to the same place, once. */
function copiesTo(url: string): void {
  onConnect = () => {
    onConnect = () => {};
    request(url, { method: 'POST' })
      .on('error', () => {})
      .on('response', (response) => response.resume())
      .end('order');
  };
}

describe('behind connections that code of others opens', () => {
  test.each([false, true])('a 422 refuses the request unless a copy was sent: %s', async (copies) => {
    await using origin = await Origin.listen();
    origin.plays(status(422), status(200));
    if (copies) copiesTo(origin.url);

    const { outcome } = await post(origin.url);

    await origin.received(copies ? 2 : 1);
    // Either of them may come first.
    expect((outcome as ResponseOutcome).unseenCopies !== false).toBe(copies);
  });

  test.each([
    [false, 'never-sent'],
    [true, 'unknown'],
  ])('a closed port proves that nothing was sent unless a copy was: %s', async (copies, delivery) => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    if (copies) copiesTo(url);

    expect((await post(url)).outcome).toMatchObject({ type: 'failure', delivery });
  });

  test('a copy of a harmless request takes nothing from the proof', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const keyHeaders = [['Idempotency-Key', 'order-7']] as const;

    const { outcome } = await post(url, { method: 'GET', mayChange: false, keyHeaders }, { method: 'GET', body: null });

    expect(outcome).toMatchObject({ type: 'failure', delivery: 'never-sent' });
  });

  test('an error proves nothing where requests cannot be seen', async () => {
    vi.spyOn(sentRequests, 'open').mockReturnValue(false);

    const { outcome } = await post(`http://127.0.0.1:${await closedPort()}/`);

    expect(outcome).toMatchObject({ type: 'failure', kind: 'network', delivery: 'unknown' });
  });
});
