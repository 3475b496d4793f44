import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { once } from 'node:events';
import { request as nodeRequest } from 'node:http';
import { connect } from 'node:net';
import {
  closedPort,
  Origin,
  processThenHang,
  processThenReset,
  redirect,
  rejectionOf,
  serveSockets,
  status,
} from '@twicesafe/testing';
import nodeFetch from 'node-fetch';
import { Agent, fetch as undiciFetch, request as undiciRequest } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import { keys, protocol, type RetryInit, type RetryOptions, reauthorize, reportOf, wrapFetch } from '../src/index.ts';

type Fetch = typeof globalThis.fetch;

const native = globalThis.fetch;
const soon = { backoff: () => 1 };
const post = { method: 'POST', body: 'order' };

/** A session whose refresh always brings a new token. */
function session(origin: Origin) {
  let refreshes = 0;
  const credential = (): string => `token-${refreshes}`;
  const refresh = (): void => void refreshes++;
  return {
    reauthorize: reauthorize({ origins: [new URL(origin.url).origin], credential, refresh }),
    get refreshes(): number {
      return refreshes;
    },
  };
}

/** fetch itself sends another request after a 421. */
const answers = (code: number) => (code === 421 ? [status(code), status(code)] : [status(code)]);

/** Runs in the context of the module, as a queue does that was made there. */
const outside = AsyncLocalStorage.snapshot();

/** Sends once more after a failure. */
const again =
  (send: Fetch): Fetch =>
  async (input, init) =>
    send(input, init).catch(() => send(input, init));

const byNode = async (url: string): Promise<Response> => {
  const sent = nodeRequest(url, { method: 'POST' }).end('order');
  const [{ statusCode }] = (await once(sent, 'response')) as [{ statusCode: number }];
  return new Response(null, { status: statusCode });
};

/** Each sends a second copy when the first one was applied and its answer was lost. */
const REPEATING: Readonly<Record<string, Fetch>> = {
  'a loop': again(native),
  'a loop over a rebuilt Request': again((input, init) => native(new Request(input, init))),
  'a loop over npm undici': again(undiciFetch as unknown as Fetch),
  'a loop over node-fetch': again(nodeFetch as unknown as Fetch),
  'node:http first, then fetch': async (input, init) => byNode(String(input)).catch(() => native(input, init)),
  'fetch first, then node:http': async (input, init) => native(input, init).catch(() => byNode(String(input))),
  'a second copy from another context': async (input, init) =>
    native(input, init).catch(() => outside(() => native(input, init))),
  'a first copy from another context': async (input, init) =>
    outside(() => native(input, init)).catch(() => native(input, init)),
  'copies from a queue': (() => {
    const resource = new AsyncResource('queue');
    return again((input, init) => resource.runInAsyncScope(() => native(input, init)));
  })(),
  'a second copy a while later': async (input, init) =>
    native(input, init).catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return native(input, init);
    }),
  'a second copy at another path': async (input, init) => native(input, init).catch(() => native(`${input}v2`, init)),
};

describe.each(Object.entries(REPEATING))('a fetch that repeats by itself: %s', (_, fetch) => {
  test.each([421, 425, 429, 503])('a %i that answers the second copy refuses only that one', async (code) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), ...answers(code));

    const response = await wrapFetch(fetch, { ...soon, refusedStatuses: [421, 425, 429, 503] })(origin.url, post);

    expect(response.status).toBe(code);
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test.each([400, 404, 409, 422])('a %i that answers the second copy says nothing about the first', async (code) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(code));

    const response = await wrapFetch(fetch, soon)(origin.url, post);

    expect(response.status).toBe(code);
    expect(reportOf(response)?.effect).toBe('maybe-applied');
  });

  test('a refused connection of the second copy says nothing about the first', async () => {
    let applied = 0;
    await using origin = await serveSockets((socket) => {
      socket.once('data', () => {
        applied++;
        origin.server.close();
        socket.destroy();
      });
    });

    const error = await rejectionOf(wrapFetch(fetch, soon)(origin.url, post));

    expect(applied).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test('a 401 that answers the second copy starts no refresh and no third copy', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(401));
    const asked = session(origin);

    const response = await wrapFetch(fetch, { ...soon, reauthorize: asked.reauthorize })(origin.url, post);

    expect(response.status).toBe(401);
    expect(origin.applied).toEqual(['POST']);
    expect(origin.requests).toHaveLength(2);
    expect(asked.refreshes).toBe(0);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });
});

/** A connection that somebody else tried, and that was refused. */
async function refused(): Promise<Error> {
  const [error] = await once(connect(await closedPort(), '127.0.0.1'), 'error');
  return error as Error;
}

/** Each rejects with an error of another connection that was refused, when its only copy was applied and then reset. */
const AROUND: Readonly<Record<string, Fetch>> = {
  'a look whether the server is there': async (input, init) =>
    native(input, init).catch(async (cause) => {
      throw Object.assign(await refused(), { cause });
    }),
  'all that failed, as one error': async (input, init) =>
    native(input, init).catch(async (cause) => {
      throw new AggregateError([await refused()], 'all failed', { cause });
    }),
  'a stream of node:http2 that was refused': async (input, init) =>
    native(input, init).catch((cause) => {
      const error = new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM', { cause });
      throw Object.assign(error, { code: 'ERR_HTTP2_STREAM_ERROR' });
    }),
};

/** Each ends its only copy with such an error, when it was applied and not answered yet. */
const ENDING: Readonly<Record<string, (applied: Promise<void>) => Fetch>> = {
  'the reason of an abort': (applied) => async (input, init) => {
    const controller = new AbortController();
    applied.then(async () => controller.abort(await refused()));
    return native(input, { ...init, signal: controller.signal });
  },
  'the reason of an abort of undici.request': (applied) => async (input) => {
    const controller = new AbortController();
    applied.then(async () => controller.abort(await refused()));
    const { statusCode } = await undiciRequest(String(input), {
      method: 'POST',
      body: 'order',
      signal: controller.signal,
    });
    return new Response(null, { status: statusCode });
  },
  'an agent that was destroyed': (applied) => async (input, init) => {
    const dispatcher = new Agent();
    applied.then(async () => dispatcher.destroy(await refused()));
    return (undiciFetch as unknown as Fetch)(input, { ...init, dispatcher } as RequestInit);
  },
  'a destroyed request of node:http': (applied) => async (input) => {
    const sent = nodeRequest(String(input), { method: 'POST' }).end('order');
    applied.then(async () => sent.destroy(await refused()));
    await once(sent, 'response');
    return new Response();
  },
};

describe('an error of another connection proves nothing', () => {
  const expectDoubt = async (origin: Origin, fetch: Fetch): Promise<void> => {
    const error = await rejectionOf(wrapFetch(fetch, soon)(origin.url, post));

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  };

  test.each(Object.entries(AROUND))('around the error of the copy: %s', async (_, fetch) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    await expectDoubt(origin, fetch);
  });

  test.each(Object.entries(ENDING))('as the error that ends the copy: %s', async (_, fetch) => {
    await using origin = await Origin.listen();
    origin.plays(processThenHang());

    await expectDoubt(origin, fetch(origin.received(1)));
  });
});

test('a body that the function made, and that could not be read to its end, is no proof', async () => {
  await using origin = await Origin.listen();
  const fetch: Fetch = async (input, init) => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'order';
      throw await refused();
    }
    return native(input, { ...init, body: pieces(), duplex: 'half' } as unknown as RequestInit);
  };

  const error = await rejectionOf(wrapFetch(fetch, soon)(origin.url, post));

  expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
});

/** Each sends a copy after it rejected, in the wait before the next attempt. */
const LATER: Readonly<Record<string, Fetch>> = {
  'a hedge': async (input, init) => {
    const first = native(input, init);
    const hedge = first.catch(() => new Promise(setImmediate)).then(() => native(input, init));
    return Promise.race([first, hedge]);
  },
  'a retry that nobody waits for': async (input, init) =>
    native(input, init).catch((error) => {
      setImmediate(() => native(input, init));
      throw error;
    }),
  'a queue of another context': async (input, init) =>
    native(input, init).catch((error) => {
      outside(() => setImmediate(() => native(input, init)));
      throw error;
    }),
};

test.each(Object.entries(LATER))('a copy that is sent later takes the proof back: %s', async (_, fetch) => {
  await using origin = await Origin.listen();
  await origin.refuses(1);

  const error = await rejectionOf(wrapFetch(fetch, { backoff: () => 100 })(origin.url, post));

  expect(error).toHaveProperty('cause.code', 'ECONNREFUSED');
  await vi.waitFor(() => expect(origin.applied).toEqual(['POST']));
  expect(reportOf(error)).toMatchObject({
    attempts: [{ delivery: 'never-sent' }, { delivery: 'unknown' }],
    effect: 'maybe-applied',
  });
});

test.each([
  ['the same', (send: () => void) => send()],
  ['another', outside],
])('a copy that is sent after a 425, in %s context, takes its proof back', async (_, within) => {
  await using origin = await Origin.listen();
  origin.plays(status(425));
  const fetch: Fetch = async (input, init) => {
    const response = await native(input, init);
    within(() => setImmediate(() => native(input, init)));
    return response;
  };

  const response = await wrapFetch(fetch, { backoff: () => 100 })(origin.url, post);

  expect(response.status).toBe(425);
  await vi.waitFor(() => expect(origin.applied).toEqual(['POST']));
  expect(reportOf(response)).toMatchObject({
    attempts: [{ delivery: 'refused' }, { delivery: 'unknown' }],
    effect: 'maybe-applied',
  });
});

test('requests of others in the wait are no copies', async () => {
  await using origin = await Origin.listen();
  await using other = await Origin.listen();
  await origin.refuses(1);
  const fetch: Fetch = async (input, init) =>
    native(input, init).catch((error) => {
      outside(() =>
        setImmediate(() => {
          void native(other.url, post);
          void native(`${other.url}/b`, { method: 'PUT' });
        }),
      );
      throw error;
    });

  const response = await wrapFetch(fetch, { backoff: () => 100 })(origin.url, post);

  await other.received(2);
  expect(response.status).toBe(200);
  expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'never-sent' }, { delivery: 'answered' }] });
});

test('with a key, a copy that is sent later is harmless', async () => {
  await using origin = await Origin.listen();
  await origin.refuses(1);
  const fetch = LATER['a retry that nobody waits for'] as Fetch;

  const response = await wrapFetch(fetch, { backoff: () => 50, idempotencyKey: keys.ietf() })(origin.url, post);

  expect(response.status).toBe(200);
  expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'never-sent' }, { delivery: 'answered' }] });
});

/** Each hands one request on. */
const PASSING: Readonly<Record<string, Fetch>> = {
  'a logger': async (input, init) => {
    await null;
    return native(input, init);
  },
  'a bound fetch': native.bind(undefined),
  'a Proxy': new Proxy(native, {}),
  'a spy': vi.fn(native),
  'a rebuilt Request': (input, init) => native(new Request(input, init)),
  'one that adds a header later': async (input, init) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return native(input, { ...init, headers: { authorization: 'Bearer token' } });
  },
  'one that looks something up first': async (input, init) => {
    await (await native(input)).text();
    return native(input, init);
  },
  'npm undici with an interceptor': (() => {
    const dispatcher = new Agent().compose((dispatch) => (options, handler) => dispatch(options, handler));
    return (input, init) => (undiciFetch as unknown as Fetch)(input, { ...init, dispatcher } as RequestInit);
  })(),
  'node-fetch': nodeFetch as unknown as Fetch,
};

describe.each(Object.entries(PASSING))('a fetch that hands one request on: %s', (name, fetch) => {
  const looksFirst = name.includes('looks');
  const sendsOnce = name === 'node-fetch';

  test.each([421, 425])('a %i proves as much as from the runtime itself', async (code) => {
    await using origin = await Origin.listen();
    if (looksFirst) origin.plays(status(200));
    origin.plays(...(sendsOnce ? [status(code)] : answers(code)));

    const response = await wrapFetch(fetch, soon)(origin.url, post);

    expect(response.status).toBe(200);
    expect(origin.applied.filter((method) => method === 'POST')).toEqual(['POST']);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'refused' }, { delivery: 'answered' }] });
  });

  // node-fetch doesn't hand on the error itself, and a look-up that failed is another request.
  test.skipIf(looksFirst || sendsOnce)('a refused connection proves that nothing was sent', async () => {
    await using origin = await Origin.listen();
    await origin.refuses(1);

    const response = await wrapFetch(fetch, soon)(origin.url, post);

    expect(response.status).toBe(200);
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'never-sent' }, { delivery: 'answered' }] });
  });

  test('a 401 gets a new credential', async () => {
    await using origin = await Origin.listen();
    if (looksFirst) origin.plays(status(200));
    origin.plays(status(401));
    const asked = session(origin);

    const response = await wrapFetch(fetch, { ...soon, reauthorize: asked.reauthorize })(origin.url, post);

    expect(response.status).toBe(200);
    expect(origin.applied.filter((method) => method === 'POST')).toEqual(['POST']);
    expect(asked.refreshes).toBe(1);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'refused' }, { delivery: 'answered' }] });
  });

  test('a 422 refuses the request', async () => {
    await using origin = await Origin.listen();
    if (looksFirst) origin.plays(status(200));
    origin.plays(status(422));

    const response = await wrapFetch(fetch, soon)(origin.url, post);

    expect(reportOf(response)).toMatchObject({ effect: 'not-applied', effectReason: 'refusal-response' });
  });
});

test('many operations at once do not disturb each other', async () => {
  await using origin = await Origin.listen();
  origin.plays(...Array.from({ length: 50 }, () => status(422)));
  const fetch = wrapFetch(PASSING['a logger'] as Fetch, soon);

  const responses = await Promise.all(Array.from({ length: 50 }, () => fetch(origin.url, post)));

  expect(responses.map((response) => reportOf(response)?.effect)).toEqual(Array(50).fill('not-applied'));
});

describe('a mock, which sends nothing', () => {
  const mock = async (): Promise<Response> => new Response(null, { status: 425 });

  test('proves nothing by a status', async () => {
    const fetch = vi.fn(mock);

    const response = await (wrapFetch(fetch, soon) as unknown as Fetch)('http://api.test/', post);

    expect(fetch).toHaveBeenCalledTimes(1);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test('proves by a status if you state that nothing inside repeats', async () => {
    const fetch = vi.fn(mock);
    const wrapped = wrapFetch(fetch, { ...soon, innerRetries: 'none' }) as unknown as Fetch;

    const response = await wrapped('http://api.test/', post);

    expect(fetch).toHaveBeenCalledTimes(3);
    expect(reportOf(response)).toMatchObject({ effect: 'not-applied', effectReason: 'nothing-processed' });
  });

  test('that returns no promise is called once', async () => {
    const fetch = vi.fn(() => undefined);

    await rejectionOf((wrapFetch(fetch as never, soon) as unknown as Fetch)('http://api.test/', post));

    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe('a key', () => {
  const keyed = { ...post, retry: { idempotencyKey: 'order-7' } };
  const fetches: Readonly<Record<string, Fetch>> = {
    'a closure': (input, init) => native(input, init),
    'node-fetch': nodeFetch as unknown as Fetch,
  };

  test.each(Object.entries(fetches))('that %s carried to another origin is no permission', async (_, fetch) => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    origin.plays(redirect(307, other.url), redirect(307, other.url));
    other.plays(processThenReset(), processThenReset());

    const error = await rejectionOf(wrapFetch(fetch, soon)(origin.url, keyed));

    expect(other.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ attempts: { length: 1 }, effect: 'maybe-applied' });
  });

  test.each(Object.entries(fetches))('that %s did not carry elsewhere stays permission', async (_, fetch) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    const response = await wrapFetch(fetch, soon)(origin.url, keyed);

    expect(response.status).toBe(200);
    expect(origin.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-7', 'order-7']);
  });

  test('stays permission during a call without one to another origin', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const refusing = `http://127.0.0.1:${await closedPort()}/`;
    const audited: Fetch = async (input, init) => {
      await rejectionOf(native(refusing, { method: 'POST' }));
      return native(input, init);
    };

    expect((await wrapFetch(audited, soon)(origin.url, keyed)).status).toBe(200);
    expect(origin.requests).toHaveLength(2);
  });
});

describe('a GET that is not safe after all', () => {
  const graphql = protocol({ name: 'graphql', read: () => ({ semantics: 'unsafe', subject: 'a mutation' }) });
  const unsafe: Readonly<Record<string, readonly [options: RetryOptions, init: RequestInit & RetryInit]>> = {
    'by its option': [soon, { retry: { idempotent: false } }],
    'by a rule': [{ ...soon, rules: [{ repeat: 'never' }] }, {}],
    'by a protocol': [{ ...soon, protocols: [graphql] }, {}],
  };

  test.each(Object.entries(unsafe))('%s: a status refuses its own copy only', async (_, [options, init]) => {
    for (const code of [404, 421, 425]) {
      await using origin = await Origin.listen();
      origin.plays(processThenReset(), ...answers(code));

      const response = await wrapFetch(again(native), options)(origin.url, init);

      expect(response.status).toBe(code);
      expect(origin.applied).toEqual(['GET']);
      expect(reportOf(response)).toMatchObject({ attempts: { length: 1 }, effect: 'maybe-applied' });
    }
  });

  test.each(Object.entries(unsafe))('%s: the only copy was refused', async (_, [options, init]) => {
    await using origin = await Origin.listen();
    origin.plays(status(404));

    const response = await wrapFetch(PASSING['a logger'] as Fetch, options)(origin.url, init);

    expect(reportOf(response)).toMatchObject({ effect: 'not-applied', effectReason: 'refusal-response' });
  });

  test('the success of a page that a redirect led to is not its own', async () => {
    await using origin = await Origin.listen();
    origin.plays(redirect(302, '/login'));

    const response = await wrapFetch(soon)(origin.url, { retry: { idempotent: false } });

    expect(reportOf(response)).toMatchObject({ effect: 'maybe-applied', effectReason: 'redirected-response' });
  });
});

describe('a success', () => {
  const later: Promise<Response>[] = [];
  const unanswered: Readonly<Record<string, Fetch>> = {
    'out of a cache': async () => new Response('cached', { status: 201 }),
    'of a queue, before anything is sent': async (input, init) => {
      setTimeout(() => later.push(native(input, init)), 1);
      return new Response(null, { status: 202 });
    },
    'of another request': async (input, init) => native(`${input}audit`, init),
    'of the look-up before, when the copy failed': async (input, init) => {
      const found = await native(input);
      await native(input, init).catch(() => undefined);
      return found;
    },
    'of a copy with another method': async (input, init) => native(input, { ...init, method: 'PUT' }),
  };

  test.each(Object.entries(unanswered))('that answers no copy is in doubt: %s', async (name, fetch) => {
    await using origin = await Origin.listen();
    if (name.includes('look-up')) origin.plays(status(200), processThenReset());

    const response = await wrapFetch(fetch, soon)(origin.url, post);
    if (name.includes('queue')) await vi.waitFor(() => expect(later).toHaveLength(1));
    await Promise.all(later);

    expect(response.ok).toBe(true);
    expect(reportOf(response)).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
  });

  test.each(Object.entries(PASSING))('of the copy that was sent is applied: %s', async (_, fetch) => {
    await using origin = await Origin.listen();

    const response = await wrapFetch(fetch, soon)(origin.url, post);

    expect(reportOf(response)).toMatchObject({ effect: 'applied', effectReason: 'success-response' });
  });

  test.each([
    ['a base before the path', '/orders', (origin: string, url: string) => `${origin}api${url}`],
    ['a base before a name', 'orders', (origin: string, url: string) => `${origin}api/v1/${url}`],
    ['a query', undefined, (_origin: string, url: string) => `${url}?api-version=1`],
  ])('is applied, and a 422 refused, behind a fetch that puts %s', async (_, path, urlOf) => {
    await using origin = await Origin.listen();
    origin.plays(status(201), status(422), processThenReset(), status(422));
    const based: Fetch = (input, init) => native(urlOf(origin.url, String(input)), init);
    const wrapped = (fetch: Fetch) => wrapFetch(fetch, soon)(path ?? origin.url, post);

    expect(reportOf(await wrapped(based))?.effect).toBe('applied');
    expect(reportOf(await wrapped(based))?.effect).toBe('not-applied');
    expect(reportOf(await wrapped(again(based)))?.effect).toBe('maybe-applied');
    expect(origin.requests).toHaveLength(4);

    origin.plays(status(503), status(201));
    const keyed = await wrapFetch(based, { ...soon, idempotencyKey: keys.stripe() })(path ?? origin.url, post);

    expect(reportOf(keyed)).toMatchObject({ effect: 'applied', attempts: [{}, {}] });
    const [first, second] = origin.requests.slice(4).map(({ headers }) => headers['idempotency-key']);
    expect(first).toBe(second);
  });

  test('of a mock is applied if you state that nothing inside repeats', async () => {
    const mock = async (): Promise<Response> => new Response(null, { status: 201 });
    const wrapped = wrapFetch(mock, { ...soon, innerRetries: 'none' }) as unknown as Fetch;

    expect(reportOf(await wrapped('http://api.test/', post))?.effect).toBe('applied');
  });
});

test.each(['PUT', 'DELETE', 'PATCH'])('a %s to the same place from another context may be a copy', async (method) => {
  await using origin = await Origin.listen();
  origin.plays(processThenReset(), status(422));
  const queued: Fetch = async (input, init) => {
    await outside(() => native(input, { ...init, method })).catch(() => undefined);
    return native(input, init);
  };

  const response = await wrapFetch(queued, soon)(origin.url, post);

  expect(origin.applied).toEqual([method]);
  expect(reportOf(response)).toMatchObject({ effect: 'maybe-applied', effectReason: 'unseen-copies' });
});

describe('a Request that shows another method than it holds', () => {
  class Shows extends Request {
    readonly shown: string;

    constructor(url: string, method: string, shown: string) {
      super(url, { method, body: 'order' });
      this.shown = shown;
    }

    override get method(): string {
      return this.shown;
    }
  }
  const own = (url: string): Request =>
    Object.defineProperty(new Request(url, post), 'method', { value: 'GET' }) as Request;

  test.each<[string, Fetch, (url: string) => Request]>([
    ['a subclass, sent by the runtime', native, (url) => new Shows(url, 'POST', 'GET')],
    ['a property, sent by the runtime', native, own],
    ['a subclass, sent by a logger', PASSING['a logger'] as Fetch, (url) => new Shows(url, 'POST', 'GET')],
    [
      'a subclass that is read',
      async (input, init) => native((input as Request).url, { ...init, method: (input as Request).method }),
      (url) => new Shows(url, 'PUT', 'POST'),
    ],
  ])('%s: it is judged by what may have been sent', async (_, fetch, make) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    const settled = await rejectionOf(wrapFetch(fetch, soon)(make(origin.url)));

    expect(origin.applied).toEqual(['POST']);
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(settled)).toMatchObject({ attempts: { length: 1 }, effect: 'maybe-applied' });
  });

  test('a method in the init counts, whatever the Request shows', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());

    await wrapFetch(soon)(new Shows(origin.url, 'POST', 'POST2'), { method: 'PUT' });

    expect(origin.applied).toEqual(['PUT', 'PUT']);
  });
});
