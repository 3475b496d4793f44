import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as nodeRequest } from 'node:http';
import {
  ConnectProxy,
  cert,
  closedPort,
  Http2Origin,
  Origin,
  processThenReset,
  rejectionOf,
  status,
} from '@twicesafe/testing';
import { Agent, ProxyAgent, request } from 'undici';
import { Agent as Undici6Agent, request as undici6Request } from 'undici-6';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CopyWatch, deliveryOfCopy, sentRequests } from '../../src/index.ts';

const agent = new Agent();
afterAll(() => agent.destroy());

const post = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: 'order', headers });

function watchOf(url: string, method = 'POST', value = 'order-7'): CopyWatch {
  return CopyWatch.for({ method, url, mayChange: true, keyHeaders: [['Idempotency-Key', value]] }) as CopyWatch;
}

test('a request whose copy changes nothing needs no watch', () => {
  const request = { method: 'GET', url: 'http://api.test/', mayChange: false, keyHeaders: [] };

  expect(CopyWatch.for(request)).toBeUndefined();
});

test('nothing was seen before anything is sent', () => {
  const watch = watchOf('http://api.test/');

  expect([watch.single, watch.answeredWith(425), watch.keyLeft, watch.onlyEnd]).toEqual([
    false,
    false,
    false,
    undefined,
  ]);
});

describe('one copy', () => {
  test.each(['', 'orders?b=1&a={2}', 'a b', '/double', 'ü'])('is recognized by its URL: /%s', async (path) => {
    await using origin = await Origin.listen();
    const watch = watchOf(`${origin.url}${path}#top`);
    origin.plays(status(422));

    await watch.follow(() => post(`${origin.url}${path}`));

    expect(watch.single).toBe(true);
    expect([watch.answeredWith(422), watch.answeredWith(425)]).toEqual([true, false]);
    expect(watch.onlyEnd).toEqual({ status: 422, error: undefined, written: true });
    expect(deliveryOfCopy(watch, undefined, 'POST')).toBe('unknown');
  });

  test('is recognized without an origin, where only the dispatcher knows it', async () => {
    await using origin = await Origin.listen();
    const watch = watchOf('/orders?a=1');

    await watch.follow(() => post(`${origin.url}orders?a=1`));

    expect(watch.single).toBe(true);
  });

  test.each<[given: string, sent: string, isOne: boolean]>([
    ['/orders?a=b c', 'orders?a=b c', true],
    ['/all orders', 'all orders', true],
    ['/orders', 'v1/orders', true],
    ['orders', 'v1/orders', true],
    ['orders', 'v1/reorders', false],
    ['/orders', 'orders/v2', false],
    ['/', 'orders/', false],
  ])('of %s, to which a function puts a base: /%s is one: %s', async (given, sent, isOne) => {
    await using origin = await Origin.listen();
    const watch = watchOf(given);

    await watch.follow(() => post(`${origin.url}${sent}`));

    expect(watch.single).toBe(isOne);
  });

  test('of an absolute URL has no base before it', async () => {
    await using origin = await Origin.listen();
    const watch = watchOf(`${origin.url}orders`);

    await watch.follow(() => post(`${origin.url}v1/orders`));

    expect([watch.single, watch.answeredWith(200)]).toEqual([false, false]);
  });

  test('whose error is its own cause ended nothing', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const watch = watchOf(url);
    await rejectionOf(watch.follow(() => post(url)));
    const circle: { cause?: unknown } = new Error('mine');
    circle.cause = circle;

    expect(deliveryOfCopy(watch, circle, 'POST')).toBe('unknown');
  });

  test('of node:http is recognized too', async () => {
    await using origin = await Origin.listen();
    const watch = watchOf(origin.url);

    await watch.follow(() => once(nodeRequest(origin.url, { method: 'POST' }).end(), 'response'));

    expect([watch.single, watch.answeredWith(200)]).toEqual([true, true]);
  });

  test('through a tunnel is one', async () => {
    await using origin = await Origin.listen();
    await using proxy = await ConnectProxy.listen();
    const dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true });
    const watch = watchOf(origin.url);

    await watch.follow(() => request(origin.url, { method: 'POST', dispatcher }));
    await dispatcher.destroy();

    expect([watch.single, watch.answeredWith(200)]).toEqual([true, true]);
  });

  test('is ended by its error only', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    const watch = watchOf(url);

    const error = await rejectionOf(watch.follow(() => post(url)));

    const unreadable = {
      get cause(): never {
        throw new Error('a getter of somebody');
      },
    };
    const proved = [error, error.cause, new Error('other'), new Error('other', { cause: error }), unreadable];
    expect(proved.map((each) => deliveryOfCopy(watch, each, 'POST'))).toEqual([
      'never-sent',
      'never-sent',
      'unknown',
      'never-sent',
      'unknown',
    ]);
    expect(watch.answeredWith(425)).toBe(false);
  });
});

test.each<[string, Undici6Agent | Agent, (url: string, options: object) => Promise<unknown>]>([
  ['undici 6', new Undici6Agent({ allowH2: true, connect: { ca: cert } }), undici6Request],
  ['undici', new Agent({ allowH2: true, connect: { ca: cert } }), request],
])('over HTTP/2, %s shows that it wrote a copy', async (_, dispatcher, send) => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'reset', code: 'INTERNAL_ERROR', processed: true });
  const watch = watchOf(origin.url);

  const error = await rejectionOf(watch.follow(() => send(origin.url, { method: 'POST', body: 'order', dispatcher })));
  await dispatcher.destroy();

  expect(watch.onlyEnd).toEqual({ status: undefined, error, written: true });
  expect(deliveryOfCopy(watch, error, 'POST')).toBe('unknown');
});

test('over HTTP/2, a copy that was written may still have been refused', async () => {
  await using origin = await Http2Origin.listen();
  origin.plays({ does: 'reset', code: 'REFUSED_STREAM', processed: false });
  const dispatcher = new Undici6Agent({ allowH2: true, connect: { ca: cert } });
  const watch = watchOf(origin.url);

  const error = await rejectionOf(
    watch.follow(() => undici6Request(origin.url, { method: 'POST', body: 'order', dispatcher })),
  );
  await dispatcher.destroy();

  expect(watch.onlyEnd).toMatchObject({ written: true });
  expect(deliveryOfCopy(watch, error, 'POST')).toBe('refused');
});

describe('what may be another copy', () => {
  const others: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
    'the same request': (url) => post(url),
    'another method': (url) => fetch(url, { method: 'PUT', body: 'order' }),
    'another path': (url) => post(`${url}v2`),
    'another query': (url) => post(`${url}?v=2`),
  };

  test.each(Object.entries(others))('in the same course: %s', async (_, send) => {
    await using origin = await Origin.listen();
    const watch = watchOf(origin.url);

    await watch.follow(async () => {
      await post(origin.url);
      await send(origin.url);
    });

    expect([watch.single, watch.onlyEnd]).toEqual([false, undefined]);
  });

  test.each([
    ['the same origin', true, (url: string) => post(`${url}v2`)],
    ['another method there', true, (url: string) => fetch(url, { method: 'PUT', body: 'order' })],
    ['another method at another path', false, (url: string) => fetch(`${url}v2`, { method: 'PUT', body: 'order' })],
    ['a safe method', false, (url: string) => fetch(url)],
    ['one of node:http', true, (url: string) => once(nodeRequest(url, { method: 'POST' }).end(), 'response')],
  ])('from elsewhere, at the same time: %s is taken for one: %s', async (_, isOne, send) => {
    await using origin = await Origin.listen();
    const watch = watchOf(origin.url);
    let release = (): void => {};
    const ended = watch.follow(async () => {
      await post(origin.url);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });

    await origin.received(1);
    await send(origin.url);
    release();
    await ended;

    expect(watch.single).toBe(!isOne);
  });

  test('in the course of another attempt may be one, though it is harmless there', async () => {
    await using origin = await Origin.listen();
    const reading = watchOf(origin.url, 'GET');
    const posting = watchOf(origin.url);

    await reading.follow(async () => {
      await fetch(origin.url);
      await posting.follow(() => fetch(origin.url));
    });

    expect([reading.single, posting.single]).toEqual([false, false]);
    expect(posting.answeredWith(200)).toBe(false);
  });

  test('in the course of another attempt that did not expect it', async () => {
    await using origin = await Origin.listen();
    const [order, payment] = [watchOf(`${origin.url}orders`), watchOf(`${origin.url}payments`)];

    await payment.follow(async () => {
      await post(`${origin.url}payments`);
      await order.follow(async () => {
        await post(`${origin.url}orders`);
        await post(`${origin.url}payments`);
      });
    });

    expect([order.single, payment.single]).toEqual([false, false]);
  });

  test('is the second one of another attempt for the same URL', async () => {
    await using origin = await Origin.listen();
    const [once, twice] = [watchOf(origin.url), watchOf(origin.url)];

    await once.follow(async () => {
      await post(origin.url);
      await twice.follow(async () => {
        await post(origin.url);
        await post(origin.url);
      });
    });

    expect([once.single, twice.single]).toEqual([false, false]);
  });

  test('in the course of an attempt that is over', async () => {
    await using origin = await Origin.listen();
    const [over, active] = [watchOf(origin.url), watchOf(origin.url)];
    let later: Promise<void> = Promise.resolve();
    let go = (): void => {};
    await over.follow(async () => {
      later = new Promise<void>((resolve) => {
        go = resolve;
      }).then(() => post(origin.url).then(() => {}));
    });

    await active.follow(async () => {
      await post(origin.url);
      go();
      await later;
    });

    expect([over.single, active.single]).toEqual([false, false]);
  });

  test('on another origin is taken for one at the same path only', async () => {
    await using origin = await Origin.listen();
    await using mirror = await Origin.listen();
    const watches = ['orders', 'other'].map((path) => watchOf(`${origin.url}${path}`));
    for (const watch of watches) watch.open(() => undefined);

    await post(`${mirror.url}orders`);
    for (const watch of watches) watch.end();
    const [same, other] = await Promise.all(
      watches.map(async (watch, index) => {
        await watch.follow(() => post(`${origin.url}${index === 0 ? 'orders' : 'other'}`));
        return watch.single;
      }),
    );

    expect([same, other]).toEqual([false, true]);
  });

  test('is none that another attempt made, even if it is sent in the course of this one', async () => {
    await using origin = await Origin.listen();
    const [making, sending] = [watchOf(origin.url), watchOf(origin.url)];

    await making.follow(async () => {
      const made = nodeRequest(origin.url, { method: 'POST' });
      await sending.follow(async () => {
        await post(origin.url);
        await once(made.end(), 'response');
      });
    });

    expect([making.single, sending.single]).toEqual([true, true]);
  });

  test('is one that shows nothing of itself, as that of another library', async () => {
    await using origin = await Origin.listen();
    const watch = watchOf(origin.url);

    await watch.follow(async () => {
      channel('http.client.request.start').publish({ request: {} });
      await post(origin.url);
    });

    expect([watch.single, watch.keyLeft]).toEqual([false, false]);
  });

  test('is nothing that was sent before or after', async () => {
    await using origin = await Origin.listen();
    const watch = watchOf(origin.url);

    await post(origin.url);
    await watch.follow(() => post(origin.url));
    await post(origin.url);

    expect(watch.single).toBe(true);
  });
});

test('a redirect of a copy is no success of it', async () => {
  await using origin = await Origin.listen({ respond: () => status(300) });
  const watch = watchOf(origin.url);

  await watch.follow(() => post(origin.url));

  expect([watch.unseenBehind(300), watch.unseenBehind(200)]).toEqual([false, true]);
});

test('a copy that got no answer is no success, whatever the function returns', async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());
  const watch = watchOf(origin.url);

  await rejectionOf(watch.follow(() => post(origin.url)));

  expect(watch.unseenBehind(200)).toBe(true);
});

test("a success of one copy doesn't affect the other, so a refusal refuses one", async () => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset());
  const watch = watchOf(origin.url);

  await watch.follow(async () => post(origin.url).catch(() => post(origin.url)));

  expect(origin.applied).toEqual(['POST', 'POST']);
  expect([watch.unseenBehind(200), watch.unseenBehind(404), watch.unseenBehind(302)]).toEqual(['others', true, false]);
});

describe('the key', () => {
  test.each([
    ['carried to another origin', 'order-7', true],
    ['left at home', 'other', false],
  ])('%s', async (_, value, left) => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    const headers = { 'Idempotency-Key': value };
    const [first, second] = [watchOf(origin.url), watchOf(origin.url)];

    await first.follow(() => post(other.url, headers));
    await second.follow(() => once(nodeRequest(other.url, { headers }).end(), 'response'));

    expect([first.keyLeft, second.keyLeft]).toEqual([left, left]);
  });

  test('carried to another origin by what is sent outside, or with one of its headers', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    const keyHeaders = [
      ['Repeatability-Request-ID', 'order-7'],
      ['Repeatability-First-Sent', 'today'],
    ] as const;
    const watch = CopyWatch.for({ method: 'POST', url: origin.url, mayChange: true, keyHeaders });
    watch?.open(() => undefined);

    await fetch(`${other.url}elsewhere`, { headers: { 'Repeatability-Request-ID': 'order-7' } });
    watch?.end();

    expect([watch?.keyLeft, watch?.single]).toEqual([true, false]);
  });

  test('that node:http is given late is seen', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    const watch = watchOf(origin.url);

    await watch.follow(() => {
      const sent = nodeRequest(other.url);
      sent.setHeader('Idempotency-Key', 'order-7');
      return once(sent.end(), 'response');
    });

    expect(watch.keyLeft).toBe(true);
  });

  test('that stays with the origin is none that left', async () => {
    await using origin = await Origin.listen();
    const watch = watchOf(origin.url);

    await watch.follow(() => post(origin.url, { 'Idempotency-Key': 'order-7' }));

    expect(watch.keyLeft).toBe(false);
  });
});

test.each<[string, () => void]>([
  ['Bun', () => vi.stubGlobal('Bun', {})],
  ['Deno', () => vi.stubGlobal('Deno', {})],
  ['a browser', () => vi.stubGlobal('process', undefined)],
])('%s does not show its requests, so nothing is watched', async (_, pretend) => {
  vi.resetModules();
  // The process has one register, and it was opened before.
  vi.doMock('@twicesafe/core/adapter', async (original) => ({
    ...((await original()) as object),
    shared: (_name: string, create: () => unknown) => create(),
  }));
  const fresh = await import('../../src/copies/copy-watch.ts');
  const request = { method: 'POST', url: 'http://api.test/', mayChange: true, keyHeaders: [] };
  pretend();

  const watches = [fresh.CopyWatch.for(request), fresh.CopyWatch.for(request)];
  vi.unstubAllGlobals();
  vi.doUnmock('@twicesafe/core/adapter');
  vi.resetModules();

  expect(watches).toEqual([undefined, undefined]);
});

test('nothing is left when it is over, however the function ends', async () => {
  const failing = (): never => {
    throw new Error('at once');
  };
  const watch = watchOf('http://api.test/');
  const { size } = sentRequests.active;

  await watch.follow(async () => {});
  await rejectionOf(watch.follow(async () => failing()));
  await rejectionOf((async () => watch.follow(failing))());

  expect(sentRequests.active.size).toBe(size);
});

test("calls a lazy promise's `then` once", async () => {
  let asked = 0;
  // biome-ignore lint/suspicious/noThenProperty: a query builder that sends when it is awaited
  const lazy = { then: (resolve: (value: number) => void) => resolve(++asked) } as unknown as Promise<number>;

  expect(await watchOf('http://api.test/').follow(() => lazy)).toBe(1);
  expect(asked).toBe(1);
});
