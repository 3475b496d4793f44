import { Origin } from '@twicesafe/testing';
import { Agent, Client, Pool, request } from 'undici-6';
import { afterEach, expect, test, vi } from 'vitest';
import { isUndicis } from '../../src/fetch/dispatcher.ts';
import type { DispatcherLike } from '../../src/fetch/dispatcher-like.ts';
import { innerDispatchers } from '../../src/fetch/inner-dispatchers.ts';
import { isPlainInside } from '../../src/fetch/plain-dispatcher.ts';

const ORIGIN = 'http://127.0.0.1:9';
/** What undici 6 takes in its `interceptors` option. */
const interceptor = (dispatch: DispatcherLike['dispatch']): DispatcherLike['dispatch'] => dispatch;
const opened: { destroy(): Promise<void> }[] = [];
afterEach(async () => void (await Promise.all(opened.splice(0).map((each) => each.destroy()))));

function isPlain(dispatcher: { destroy(): Promise<void> }): boolean {
  opened.push(dispatcher);
  return isUndicis(dispatcher as unknown as DispatcherLike);
}

test('an unchanged dispatcher of undici 6 announces every start', () => {
  expect([new Agent(), new Agent({ maxRedirections: 5 }), new Pool(ORIGIN), new Client(ORIGIN)].map(isPlain)).toEqual(
    Array(4).fill(true),
  );
});

test.each(['Agent', 'Pool', 'Client'])('an Agent with interceptors for %s may send more', (name) => {
  const agent = new Agent({ interceptors: { [name]: [interceptor] } } as unknown as Agent.Options);

  expect(isPlain(agent)).toBe(false);
  expect(isUndicis(agent as unknown as DispatcherLike, true)).toBe(false);
});

test('interceptors that are set after the first look count too', () => {
  const agent = new Agent();
  const looks = [isPlain(agent)];

  Object.assign(agent, { interceptors: [interceptor] });
  looks.push(isUndicis(agent as unknown as DispatcherLike));

  expect(looks).toEqual([true, false]);
});

test('interceptors that a pool inside is given count, too', async () => {
  await using origin = await Origin.listen();
  const agent = new Agent();
  opened.push(agent);
  const inside = agent as unknown as DispatcherLike;
  const response = await request(origin.url, { dispatcher: agent });
  await response.body.text();
  const looks = [isPlainInside(inside)];

  for (const pool of innerDispatchers(inside) as readonly { interceptors?: unknown[] }[])
    pool.interceptors?.push(interceptor);
  looks.push(isPlainInside(inside));

  expect(looks).toEqual([true, false]);
});

test('a Pool with interceptors may send more, and so may a composed dispatcher', () => {
  const pool = new Pool(ORIGIN, { interceptors: { Pool: [interceptor] } } as unknown as Pool.Options);

  expect(isPlain(pool)).toBe(false);
  expect(isPlain(new Agent().compose(interceptor as never))).toBe(false);
});

test('the source of a dispatch or of an interceptor is read once', () => {
  const agent = new Agent();
  const own: unknown = (agent as unknown as { interceptors: unknown[] }).interceptors[0];
  const read = vi.spyOn(Function.prototype, 'toString');

  const looks = [isPlain(agent), isPlain(agent)];
  const sources = read.mock.contexts.filter(
    (each) => (each as unknown) === agent.dispatch || (each as unknown) === own,
  );
  read.mockRestore();

  expect(looks).toEqual([true, true]);
  expect(sources).toEqual([agent.dispatch, own]);
});
