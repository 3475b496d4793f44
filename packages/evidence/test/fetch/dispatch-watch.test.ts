import { Agent, getGlobalDispatcher, MockAgent, ProxyAgent, setGlobalDispatcher } from 'undici';
import { expect, test, vi } from 'vitest';
import { DispatchWatch } from '../../src/fetch/dispatch-watch.ts';
import type { DispatcherLike, DispatchHandler, DispatchOptions } from '../../src/fetch/dispatcher-like.ts';

/** A dispatcher that starts nothing until the test does. */
class LateDispatcher implements DispatcherLike {
  readonly handlers: DispatchHandler[] = [];
  readonly headers: unknown[] = [];

  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
    this.handlers.push(handler);
    this.headers.push({ ...options.headers });
    return true;
  }

  /** Starts the last request, as undici 6 and 7 do, or as undici 8 does. Returns what it was ended with, if it was. */
  start(kind: 'onConnect' | 'onRequestStart'): unknown {
    let ended: unknown;
    const abort = (error: unknown): void => {
      ended = error;
    };
    const callback = this.handlers.at(-1)?.[kind] as ((given: unknown) => void) | undefined;
    callback?.(kind === 'onConnect' ? abort : { abort });
    return ended;
  }
}

const KINDS = ['onConnect', 'onRequestStart'] as const;
const options = (changes: DispatchOptions = {}): DispatchOptions => ({
  origin: 'http://origin.test',
  path: '/orders',
  method: 'POST',
  headers: {},
  ...changes,
});

test('a watch that nothing went through knows nothing', () => {
  expect(new DispatchWatch(undefined, [], undefined)).toMatchObject({
    used: false,
    started: false,
    single: false,
    redirected: false,
    sameMethod: true,
    leftOrigin: false,
    truncated: false,
  });
});

test.each(KINDS)('a start is seen, and passed on: %s', (kind) => {
  const dispatcher = new LateDispatcher();
  const watch = new DispatchWatch(dispatcher, [], undefined);
  const started = vi.fn(() => 'passed on');

  watch.dispatch(options(), { [kind]: started });
  expect(watch).toMatchObject({ used: true, started: false, single: true });
  dispatcher.start(kind);

  expect(started).toHaveBeenCalledOnce();
  expect(watch.started).toBe(true);
});

test.each(KINDS)('enforces a verdict: ends a later start of the request unseen by fetch: %s', (kind) => {
  const dispatcher = new LateDispatcher();
  const watch = new DispatchWatch(dispatcher, [], undefined);
  const started = vi.fn();
  const verdict = new Error('judged as never sent');
  watch.dispatch(options(), { [kind]: started });

  watch.close(verdict);
  watch.close(new Error('later'));

  expect(dispatcher.start(kind)).toBe(verdict);
  expect(started).not.toHaveBeenCalled();
  expect(watch.started).toBe(false);
});

test.each(KINDS)('a request that has started is ended by a close: %s', (kind) => {
  const dispatcher = new LateDispatcher();
  const watch = new DispatchWatch(dispatcher, [], undefined);
  watch.dispatch(options(), { [kind]: () => {} });
  const ended: unknown[] = [];
  const abort = (error: unknown) => ended.push(error);
  const callback = dispatcher.handlers[0]?.[kind] as unknown as (given: unknown) => void;
  callback(kind === 'onConnect' ? abort : { abort });
  const over = new Error('over');

  watch.close(over);

  expect(ended).toEqual([over]);
});

test('nothing is dispatched after a close', () => {
  const dispatcher = new LateDispatcher();
  const watch = new DispatchWatch(dispatcher, [], undefined);
  const over = new Error('over');
  watch.close(over);

  expect(() => watch.dispatch(options(), {})).toThrow(over);
  expect(dispatcher.handlers).toEqual([]);
});

test.each<[string, DispatchOptions, boolean, boolean]>([
  ['the same request again', {}, false, true],
  ['another path', { path: '/receipt' }, true, true],
  ['another origin', { origin: 'http://elsewhere.test' }, true, true],
  ['another method', { method: 'GET' }, true, false],
])('of two hops, %s', (_, second, redirected, sameMethod) => {
  const watch = new DispatchWatch(new LateDispatcher(), [], undefined);

  watch.dispatch(options(), {});
  watch.dispatch(options(second), {});

  expect(watch).toMatchObject({ redirected, sameMethod, single: false });
});

test('a key goes to its own origin, and to no other, whatever its case', () => {
  const dispatcher = new LateDispatcher();
  const watch = new DispatchWatch(dispatcher, [['Idempotency-Key', 'order-7']], undefined);
  const headers = () => ({ 'idempotency-KEY': 'order-7', accept: '*/*' });

  watch.dispatch(options({ headers: headers() }), {});
  watch.dispatch(options({ headers: headers(), path: '/other' }), {});
  expect(watch.leftOrigin).toBe(false);
  watch.dispatch(options({ headers: headers(), origin: 'http://elsewhere.test' }), {});
  watch.dispatch({ origin: 'http://third.test' }, {});

  expect(dispatcher.headers).toEqual([headers(), headers(), { accept: '*/*' }, {}]);
  expect(watch.leftOrigin).toBe(true);
});

test('only the own dispatchers of undici, with nothing around them, prove by silence', async () => {
  const [agent, proxy] = [new Agent(), new ProxyAgent('http://127.0.0.1:9')];
  const mock = new MockAgent();
  const plainOf = (dispatcher: object): boolean => {
    const dispatch = vi.spyOn(dispatcher as Agent, 'dispatch');
    dispatch.mockRestore();
    const watch = new DispatchWatch(dispatcher as DispatcherLike, [], undefined);
    try {
      watch.dispatch(options({ origin: 'http://127.0.0.1:9' }), {});
    } catch {
      // undici refuses a handler without callbacks.
    }
    return watch.plain;
  };

  expect(plainOf(agent)).toBe(true);
  expect(plainOf(proxy)).toBe(true);
  expect(plainOf(agent.compose((dispatch) => dispatch))).toBe(false);
  expect(plainOf(mock)).toBe(false);
  expect(plainOf(new LateDispatcher())).toBe(false);
  expect(plainOf(Object.assign(new Agent(), { dispatch: () => true }))).toBe(false);
  await Promise.all([agent.destroy(), proxy.destroy(), mock.close()]);
});

test('reports an active mock, because undici then leaves bodies unread', () => {
  const mock = new MockAgent();

  expect(new DispatchWatch(mock as unknown as DispatcherLike, [], undefined).isMockActive).toBe(true);
  expect(new DispatchWatch(new LateDispatcher(), [], undefined).isMockActive).toBeUndefined();
  expect(new DispatchWatch(undefined, [], undefined).isMockActive).toBeFalsy();
  const before = getGlobalDispatcher();
  setGlobalDispatcher(mock);
  expect(new DispatchWatch(undefined, [], undefined).isMockActive).toBe(true);
  setGlobalDispatcher(before);
});

test('without a dispatcher, no mock is active', () => {
  const symbols = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];
  const scope = globalThis as Record<symbol, unknown>;
  const before = symbols.map((symbol) => scope[symbol]);
  for (const symbol of symbols) scope[symbol] = undefined;

  const active = new DispatchWatch(undefined, [], undefined).isMockActive;
  for (const [index, symbol] of symbols.entries()) scope[symbol] = before[index];

  expect(active).toBeUndefined();
});
