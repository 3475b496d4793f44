import { channel } from 'node:diagnostics_channel';
import { sentRequests } from '@twicesafe/evidence';
import { type Dispatcher, interceptors } from 'undici';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { MadeRequest, WatchedAttempt, WatchedHandler } from '../src/watched-handler.ts';

// The module subscribes once, so each test gets a new one.
let Handler: typeof WatchedHandler;
beforeEach(async () => {
  vi.resetModules();
  ({ WatchedHandler: Handler } = await import('../src/watched-handler.ts'));
});

const copies = { name: 'the copies of the attempt' };

function watched(): { handler: WatchedHandler; made: MadeRequest[] } {
  const made: MadeRequest[] = [];
  const attempt = { copies, made: (request: MadeRequest) => void made.push(request) };
  return { handler: new Handler(attempt as unknown as WatchedAttempt), made };
}

/** A request as undici publishes it, with these values under symbols. */
function requestWith(...values: unknown[]): MadeRequest {
  const own = values.map((value, index) => [Symbol(index), value]);
  return { origin: 'http://a.test', method: 'GET', headers: [], ...Object.fromEntries(own) };
}

const publish = (request: MadeRequest): void => channel('undici:request:create').publish({ request });
const ownerOf = (request: MadeRequest): unknown => sentRequests.owners.at(-1)?.(request);

/** What undici's redirect interceptor makes of a handler. */
function redirecting(handler: Dispatcher.DispatchHandler): object {
  let wrapped: object = {};
  const dispatch = interceptors.redirect({ maxRedirections: 1 })((_, inner) => {
    wrapped = inner;
    return true;
  });
  dispatch({ origin: 'http://a.test', path: '/', method: 'GET' }, handler);
  return wrapped;
}

/** Starts as the redirect handler does, under another name. */
class Other {
  readonly handler: Dispatcher.DispatchHandler;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.handler = handler;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: object): void {
    this.handler.onRequestStart?.(controller, { ...context });
  }
}

/** As a bundler may write undici's own. */
const Bundled = class RedirectHandler extends Other {
  override onRequestStart(controller: Dispatcher.DispatchController, context: object): void {
    this.handler.onRequestStart?.(controller, { ...context });
  }
};

/** Starts later than undici's own. */
class RedirectHandler extends Other {
  override async onRequestStart(controller: Dispatcher.DispatchController, context: object): Promise<void> {
    this.handler.onRequestStart?.(controller, { ...context });
  }
}

const silent = { onRequestStart(): void {} };

describe('a request that undici made', () => {
  test.each<[name: string, of: (handler: WatchedHandler) => unknown]>([
    ['the handler', (handler) => handler],
    ["undici's redirect handler of it", redirecting],
    ['a redirect handler of a bundle', (handler) => new Bundled(handler)],
  ])('reaches the attempt once, and its copies, with %s', (_, of) => {
    const { handler, made } = watched();
    watched();
    const request = requestWith(of(handler));

    publish(request);

    expect(made).toEqual([request]);
    expect(ownerOf(request)).toBe(copies);
  });

  test.each<[name: string, of: (handler: WatchedHandler) => unknown]>([
    ['what inherits from the handler', (handler) => Object.create(handler)],
    ['a Proxy', (handler) => new Proxy(handler, {})],
    ['a handler that was changed', (handler) => Object.assign(handler, silent)],
    [
      'a Proxy that does not tell its properties',
      (handler) =>
        new Proxy(handler, {
          getOwnPropertyDescriptor: () => {
            throw new Error('mine');
          },
        }),
    ],
  ])('is a copy of the attempt, but announces nothing, with %s', (_, of) => {
    const { handler, made } = watched();
    const request = requestWith(of(handler));

    publish(request);

    expect(made).toEqual([]);
    expect(ownerOf(request)).toBe(copies);
  });

  test.each<[name: string, of: (handler: WatchedHandler) => unknown]>([
    ['nothing', () => undefined],
    ['a handler around it', (handler) => new Other(handler)],
    ['a redirect handler that starts later', (handler) => new RedirectHandler(handler)],
    ['a redirect handler with a start of its own', (handler) => Object.assign(redirecting(handler), silent)],
  ])('is of nobody with %s', (_, of) => {
    const { handler, made } = watched();
    const request = requestWith(of(handler));

    publish(request);

    expect(made).toEqual([]);
    expect(ownerOf(request)).toBeUndefined();
  });

  test('may have anything else under its other symbols', () => {
    const { handler, made } = watched();
    const others = [undefined, null, 7, 'text', () => {}, {}, Object.create(null), Object.create(Object.create(null))];
    const request = requestWith(...others, handler);

    publish(request);

    expect(made).toEqual([request]);
    expect(ownerOf(request)).toBe(copies);
  });
});

test.each([[undefined], [null], [7], ['text'], [{}]])('%s is no intact handler', (value) => {
  expect(Handler.isIntact(value)).toBe(false);
});

test('a handler is intact until its start is replaced', () => {
  const { handler } = watched();
  const before = Handler.isIntact(handler);

  Object.assign(handler, silent);

  expect([before, Handler.isIntact(handler), Handler.isIntact(Object.create(handler))]).toEqual([true, false, false]);
});
