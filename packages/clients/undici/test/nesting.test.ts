import { wrappingOf } from '@twicesafe/evidence';
import { Origin } from '@twicesafe/testing';
import { Agent, type Dispatcher } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { keys, retry } from '../src/index.ts';
import { recordedHandler } from './recording.ts';

type Interceptor = Dispatcher.DispatcherComposeInterceptor;

const agent = new Agent();
afterAll(() => agent.destroy());

test('what retry() makes is known as a wrapped dispatcher, even if it was wrapped before', () => {
  const dispatch: Dispatcher.Dispatch = () => true;

  const once = retry()(dispatch);
  const twice = retry()(once);

  const wrapping = { client: dispatch, policy: expect.any(Object), dispatcher: true };
  expect([wrappingOf(once), wrappingOf(twice)]).toEqual([wrapping, wrapping]);
});

describe('retry() inside another one', () => {
  /** Sends a POST, and returns the options between the two, and those that the agent gets. */
  async function sentThrough(origin: Origin, inner: Interceptor): Promise<unknown[]> {
    const seen: unknown[] = [];
    const seeing: Interceptor = (dispatch) => (options, handler) => {
      seen.push(options);
      return dispatch(options, handler);
    };
    const { handler, ended } = recordedHandler();
    const options = { origin: new URL(origin.url).origin, path: '/', method: 'POST', body: 'x' } as const;
    agent.compose(seeing, inner, seeing, retry()).dispatch(options, handler);
    await ended;
    return seen;
  }

  test('passes the very options on', async () => {
    await using origin = await Origin.listen();

    const [between, sent] = await sentThrough(origin, retry());

    expect(sent).toBe(between);
  });

  test('adds its own key', async () => {
    await using origin = await Origin.listen();

    const [between, sent] = await sentThrough(origin, retry({ idempotencyKey: keys.ietf() }));

    expect(sent).not.toBe(between);
    expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([expect.stringMatching(/^".+"$/)]);
  });
});
