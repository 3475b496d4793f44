import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { limitError } from '@twicesafe/core/adapter';
import { afterAll, describe, expect, test } from 'vitest';
import { GotAttempt } from '../src/got-attempt.ts';
import { failedRequest, operationOf, sentOptions, URL_OF_ORDERS } from './support.ts';

const { operation } = operationOf();
const sockets: { destroy(): void }[] = [];
afterAll(() => {
  for (const each of sockets) each.destroy();
});

const reset = { name: 'RequestError', code: 'ECONNRESET', message: 'read ECONNRESET' } as never;

function attemptOf(): GotAttempt {
  const attempt = new GotAttempt(operation, undefined);
  attempt.handOver(sentOptions());
  return attempt;
}

/** A request of Node's that failed on this socket. */
function requestOn(socket: { destroy(): void }, timings: object = {}): never {
  sockets.push(socket);
  return Object.assign(failedRequest(timings) as object, { socket }) as never;
}

const errorOf = (name: string, complete: boolean) =>
  ({ name, response: { statusCode: 200, headers: {}, url: URL_OF_ORDERS, isFromCache: false, complete } }) as never;

describe('an error with a response', () => {
  test.each([
    ['RequestError', true, 'response'],
    ['RequestError', false, 'failure'],
    ['HTTPError', false, 'response'],
    ['ParseError', false, 'response'],
    ['ReadError', true, 'failure'],
    ['TimeoutError', true, 'failure'],
    ['MaxRedirectsError', true, 'failure'],
  ])('%s, whose response is complete: %s, is a %s', (name, complete, type) => {
    expect(attemptOf().outcome(errorOf(name, complete))).toMatchObject({ type });
  });

  test('behind a redirect may have the response of the redirect', () => {
    const attempt = attemptOf();

    attempt.follow({ sameMethod: true });

    expect(attempt.outcome(errorOf('RequestError', true))).toMatchObject({ type: 'failure', delivery: 'unknown' });
    expect(attempt.outcome(errorOf('HTTPError', true))).toMatchObject({ type: 'response', hop: { sameMethod: true } });
  });

  test('is a failure if the attempt was cut', () => {
    const attempt = attemptOf();

    attempt.cut(limitError(operation, 'attempt-timeout'));

    expect(attempt.outcome(errorOf('RequestError', true))).toMatchObject({ type: 'failure', kind: 'attempt-timeout' });
  });
});

describe('a redirect that was followed', () => {
  test('takes the proof from an error without a response', () => {
    const attempt = attemptOf();
    attempt.send(requestOn(new Socket()));
    expect(attempt.outcome(reset)).toMatchObject({ delivery: 'never-sent' });

    attempt.follow({ sameMethod: true });

    expect(attempt.outcome(reset)).toMatchObject({ delivery: 'unknown' });
  });
});

describe('a connection that never came up', () => {
  test.each<[string, () => { destroy(): void }, object, string]>([
    ["of Node's own carried nothing", () => new Socket(), {}, 'never-sent'],
    ["of Node's own with TLS carried nothing", () => new TLSSocket(new Socket()), {}, 'never-sent'],
    ['of others may have carried something', () => new Duplex(), {}, 'unknown'],
    ['did so if it connected', () => new Socket(), { connect: 1 }, 'unknown'],
    ['did so if an upload is over', () => new Socket(), { upload: 1 }, 'unknown'],
  ])('%s', (_, make, timings, delivery) => {
    const attempt = attemptOf();

    attempt.send(requestOn(make(), timings));

    expect(attempt.outcome(reset)).toMatchObject({ delivery });
  });
});
