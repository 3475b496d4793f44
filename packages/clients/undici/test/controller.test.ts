import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bigBody,
  closedPort,
  hang,
  listenersOf,
  Origin,
  rejectionOf,
  serve,
  stalledBody,
  status,
  VirtualClock,
} from '@twicesafe/testing';
import { Agent, buildConnector, type Dispatcher, request } from 'undici';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createRetryPolicy, reportOf, retry, withRetry } from '../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());

/** Records what a caller's handler gets. */
class Recorder implements Dispatcher.DispatchHandler {
  readonly calls: string[] = [];
  readonly controllers = new Set<unknown>();
  readonly done = Promise.withResolvers<unknown>();
  controller: Dispatcher.DispatchController | undefined;
  context: unknown;

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.calls.push('start');
    this.controllers.add(controller);
    this.controller = controller;
    this.context = context;
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    this.calls.push(`response ${statusCode}`);
    this.controllers.add(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController): void {
    this.calls.push('data');
    this.controllers.add(controller);
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.calls.push('end');
    this.controllers.add(controller);
    this.done.resolve(undefined);
  }

  onResponseError(_: unknown, error: Error): void {
    this.calls.push('error');
    this.done.resolve(error);
  }
}

function dispatch(
  origin: { readonly url: string },
  handler: Dispatcher.DispatchHandler,
  options: object = {},
  retryOptions = {},
): boolean {
  const dispatcher = agent.compose(retry({ backoff: () => 1, ...retryOptions }));
  return dispatcher.dispatch({ origin: new URL(origin.url).origin, path: '/', method: 'GET', ...options }, handler);
}

describe('the controller', () => {
  test('is one for all attempts, and the start is announced once', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(503));
    const recorder = new Recorder();

    dispatch(origin, recorder);
    await recorder.done.promise;

    expect(recorder.calls).toEqual(['start', 'response 200', 'data', 'end']);
    expect(recorder.controllers.size).toBe(1);
    expect(recorder.controller).toMatchObject({ paused: false, aborted: false, reason: null });
    expect(String(recorder.controller?.rawHeaders)).toContain('content-length');
    expect(recorder.controller?.rawTrailers).toEqual([]);
  });

  test('pauses and resumes the current attempt: a slow reader gets all 8 MB with backpressure', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), bigBody(8_000_000));
    const dispatcher = agent.compose(retry({ backoff: () => 1 }));

    const { body } = await request(origin.url, { dispatcher, highWaterMark: 16_384 });
    await sleep(100);
    const buffered = body.readableLength;
    let read = 0;
    const hash = createHash('sha256');
    for await (const chunk of body) {
      hash.update(chunk);
      read += chunk.length;
      if (read % 7 === 0) await sleep(1);
    }

    expect(buffered).toBeLessThan(300_000);
    expect(read).toBe(8_000_000);
  });

  test('a complete response waits for a paused caller', async () => {
    await using origin = await Origin.listen();
    const recorder = new Recorder();
    recorder.onResponseStart = (controller) => {
      recorder.calls.push('paused');
      controller.pause();
    };

    dispatch(origin, recorder);
    await vi.waitFor(() => expect(recorder.calls).toContain('paused'));
    await sleep(50);
    const before = [...recorder.calls];
    recorder.controller?.resume();
    await recorder.done.promise;

    expect(before).toEqual(['start', 'paused']);
    expect(recorder.calls).toEqual(['start', 'paused', 'data', 'end']);
  });

  test('an abort of a complete response that waits for a paused caller is answered', async () => {
    await using origin = await Origin.listen();
    const reason = new Error('mine');
    const recorder = new Recorder();
    recorder.onResponseStart = (controller) => controller.pause();

    dispatch(origin, recorder);
    await vi.waitFor(() => expect(recorder.controller?.paused).toBe(true));
    recorder.controller?.abort(reason);

    expect(await recorder.done.promise).toBe(reason);
    expect(recorder.calls).toEqual(['start', 'error']);
  });

  test('a handler that throws ends its own call, as without us', async () => {
    await using origin = await Origin.listen();
    const mine = new Error('mine');
    const methods = [
      'onRequestStart',
      'onResponseStarted',
      'onResponseStart',
      'onResponseData',
      'onResponseEnd',
    ] as const;
    for (const method of methods) {
      const recorder = Object.assign(new Recorder(), {
        [method]() {
          throw mine;
        },
      });
      dispatch(origin, recorder);
      expect(await recorder.done.promise, method).toBe(mine);
    }
    expect(origin.requests).toHaveLength(methods.length - 1);
  });

  test('a handler that throws at the start of a wait ends its call, with a report', async () => {
    const closed = await Origin.listen();
    await closed.close();
    const mine = new Error('mine');
    const recorder = new Recorder();
    recorder.onRequestStart = () => {
      throw mine;
    };

    dispatch(closed, recorder, { method: 'POST' });

    expect(await recorder.done.promise).toBe(mine);
    expect(reportOf(mine)).toMatchObject({ attempts: { length: 1 }, effect: 'not-applied' });
  });

  test('hands a slow small response over after a second, and delivers it whole', async () => {
    const clock = new VirtualClock();
    const rest = Promise.withResolvers<void>();
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 6 }).write('one');
      void rest.promise.then(() => response.end('two'));
    });
    const dispatcher = agent.compose(retry(createRetryPolicy({}, clock)));

    const sent = request(server.url, { dispatcher });
    while (clock.pending === 0) await sleep(1);
    clock.advance(1000);
    const { body } = await sent;
    rest.resolve();

    expect(await body.text()).toBe('onetwo');
    expect(clock.pending).toBe(0);
  });

  test('a small response that comes at once needs no timer', async () => {
    await using origin = await Origin.listen();
    const clock = new VirtualClock();
    const dispatcher = agent.compose(retry(createRetryPolicy({}, clock)));

    const { body } = await request(origin.url, { dispatcher });

    expect(clock.pending).toBe(0);
    expect(await body.text()).toBe('ok');
  });

  test('an attempt judged never sent is not sent when its connection opens later', async () => {
    await using origin = await Origin.listen();
    const connect = buildConnector({});
    const late = Promise.withResolvers<void>();
    const slow = new Agent({
      connect: (options, callback) => void late.promise.then(() => connect(options, callback)),
    });
    const dispatcher = slow.compose(retry({ attemptTimeoutMs: 30, maxAttempts: 1 }));
    const recorder = new Recorder();

    dispatcher.dispatch({ origin: new URL(origin.url).origin, path: '/', method: 'POST', body: 'x' }, recorder);
    const error = await recorder.done.promise;
    late.resolve();
    await vi.waitFor(() => expect(origin.connections).toBe(1));
    await sleep(50);

    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'never-sent' }], effect: 'not-applied' });
    expect(recorder.calls).toEqual(['error']);
    expect(origin.connections).toBe(1);
    expect(origin.requests).toEqual([]);
    await slow.destroy();
  });

  test.each<[name: string, make: () => AbortSignal | EventEmitter]>([
    ['a signal', () => new AbortController().signal],
    ['an event emitter', () => new EventEmitter()],
  ])('leaves no listener on %s after the call', async (_, make) => {
    await using origin = await Origin.listen();
    const closed = await Origin.listen();
    await closed.close();
    const signal = make();
    const dispatcher = agent.compose(retry({ backoff: () => 1 }));

    await (await request(origin.url, { dispatcher, signal })).body.dump();
    await rejectionOf(request(closed.url, { dispatcher, signal }));
    await sleep(1);

    expect(signal instanceof EventEmitter ? signal.listenerCount('abort') : listenersOf(signal)).toBe(0);
  });
});

describe('the raw headers', () => {
  test('are those that an interceptor outside leaves', async () => {
    await using origin = await Origin.listen();
    const rewriting: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onResponseStart: (controller, ...head) => {
          controller.rawHeaders = ['x-raw', 'mine'];
          handler.onResponseStart?.(controller, ...head);
        },
        onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
        onResponseEnd: (controller, trailers) => {
          controller.rawTrailers = ['x-sum', '7'];
          trailers['x-sum'] = String(controller.rawTrailers[1]);
          handler.onResponseEnd?.(controller, trailers);
        },
        onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      });
    const dispatcher = agent.compose(retry(), rewriting);

    const { headers, trailers, body } = await request(origin.url, { dispatcher, responseHeaders: 'raw' });
    await body.dump();

    expect(headers).toEqual(['x-raw', 'mine']);
    expect(trailers).toEqual({ 'x-sum': '7' });
  });

  test('cannot be set before there is a connection', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const recorder = new Recorder();
    const seen: unknown[] = [];
    recorder.onRequestStart = (controller) => {
      controller.rawHeaders = ['x-raw', 'mine'];
      controller.rawTrailers = ['x-sum', '7'];
      seen.push(controller.rawHeaders, controller.rawTrailers);
    };

    dispatch({ url }, recorder);

    expect(await recorder.done.promise).toHaveProperty('code', 'ECONNREFUSED');
    expect(seen).toEqual([null, null]);
  });
});

describe('an abort', () => {
  const reason = new Error('mine');

  test('counts once, with its first reason', async () => {
    await using origin = await Origin.listen();
    origin.plays(hang());
    const recorder = new Recorder();

    dispatch(origin, recorder);
    await origin.received(1);
    recorder.controller?.abort(reason);
    recorder.controller?.abort(new Error('later'));

    expect(await recorder.done.promise).toBe(reason);
    expect(recorder.controller).toMatchObject({ aborted: true, reason });
  });

  test('by an interceptor inside shows on the controller', async () => {
    await using origin = await Origin.listen();
    origin.plays(stalledBody());
    const started = Promise.withResolvers<Dispatcher.DispatchController>();
    const inside: Dispatcher.DispatcherComposeInterceptor = (through) => (options, handler) =>
      through(
        options,
        Object.assign(Object.create(handler), {
          onResponseStart: (controller: Dispatcher.DispatchController, ...head: [number, never]) => {
            handler.onResponseStart?.(controller, ...head);
            started.resolve(controller);
          },
        }),
      );
    const recorder = new Recorder();
    const options = { origin: new URL(origin.url).origin, path: '/', method: 'GET' } as const;

    agent.compose(inside, retry()).dispatch(options, recorder);
    const controller = await started.promise;
    await vi.waitFor(() => expect(recorder.calls).toContain('data'));
    controller.abort(reason);

    expect(await recorder.done.promise).toBe(reason);
    expect(recorder.controller).toMatchObject({ aborted: true, reason });
  });

  test('before the call: nothing is sent', async () => {
    await using origin = await Origin.listen();
    const dispatcher = agent.compose(retry());

    const error = await rejectionOf(request(origin.url, { dispatcher, signal: AbortSignal.abort(reason) }));

    expect(error).toBe(reason);
    expect(origin.requests).toHaveLength(0);
  });

  test.each<[name: string, make: () => { signal: AbortSignal; abort(): void; isMine: boolean }]>([
    [
      'of a signal',
      () => {
        const controller = new AbortController();
        return { signal: controller.signal, abort: () => controller.abort(reason), isMine: true };
      },
    ],
    [
      "of a polyfill's signal",
      () => {
        const listeners = new Set<() => void>();
        const signal = {
          reason,
          addEventListener: (_: string, listener: () => void) => listeners.add(listener),
          removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
        };
        const abort = (): void => {
          for (const listener of listeners) listener();
        };
        return { signal: signal as never, abort, isMine: true };
      },
    ],
    [
      'of an event emitter',
      () => {
        const emitter = new EventEmitter();
        return { signal: emitter as never, abort: () => emitter.emit('abort'), isMine: false };
      },
    ],
  ])('%s before anything starts: answers immediately and sends nothing later', async (_, make) => {
    await using origin = await Origin.listen();
    let connects = (): void => {};
    const pending = new Agent({
      connect: (_: unknown, callback: (error: Error, socket: null) => void) => {
        connects = () => callback(new Error('late'), null);
      },
    });
    const dispatcher = pending.compose(retry());
    const { signal, abort, isMine } = make();

    const sent = rejectionOf(request(origin.url, { dispatcher, method: 'POST', signal }));
    await sleep(10);
    abort();

    const error = await sent;
    expect([error === reason, error.name]).toEqual([isMine, isMine ? 'Error' : 'AbortError']);
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'aborted' }, effect: 'not-applied' });
    connects();
    await pending.destroy();
    expect(origin.requests).toHaveLength(0);
  });

  test('while it waits after a connection that was refused', async () => {
    const origin = await Origin.listen();
    await origin.close();
    const dispatcher = agent.compose(retry({ backoff: () => 60_000 }));
    const controller = new AbortController();

    const sent = rejectionOf(request(origin.url, { dispatcher, method: 'POST', signal: controller.signal }));
    await sleep(50);
    controller.abort(reason);

    expect(await sent).toBe(reason);
  });

  test('by the controller alone, in flight and in a wait', async () => {
    await using origin = await Origin.listen();
    for (const act of [hang(), status(503)]) {
      origin.plays(act);
      const recorder = new Recorder();
      const before = origin.requests.length;
      dispatch(origin, recorder, {}, { backoff: () => 60_000 });
      await origin.received(before + 1);
      await sleep(20);
      recorder.controller?.abort(reason);
      expect(await recorder.done.promise).toBe(reason);
      expect(recorder.calls).toEqual(['start', 'error']);
      expect(recorder.controller).toMatchObject({ aborted: true, reason });
    }
  });

  test('while the body is read', async () => {
    await using server = await serve((_, response) => void response.writeHead(200).write('first'));
    const dispatcher = agent.compose(retry());
    const controller = new AbortController();

    const { body } = await request(server.url, { dispatcher, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 10);

    expect(await rejectionOf(body.text())).toBe(reason);
  });

  test('of an unwanted body does not end the operation early', async () => {
    await using origin = await Origin.listen();
    origin.plays(bigBody(1_000_000));
    const dispatcher = agent.compose(retry());

    const response = await request(origin.url, withRetry({ dispatcher }, { maxAttempts: 2 }));
    response.body.on('error', () => {}).destroy();

    expect(reportOf(response)?.decision.reason).toBe('succeeded');
    expect(origin.requests).toHaveLength(1);
  });
});
