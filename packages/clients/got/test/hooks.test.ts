import { once } from 'node:events';
import { request as nodeRequest } from 'node:http';
import { Origin, processThenReset, redirect, rejectionOf, status } from '@twicesafe/testing';
import type { Got, HandlerFunction, OptionsInit, Response } from 'got';
import { describe, expect, test, vi } from 'vitest';
import { reauthorize, reportOf, retryContext, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const lost = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), {
  code: 'ECONNREFUSED',
  syscall: 'connect',
});
const KEY = 'idempotency-key';
const THEIRS = { authorization: 'Bearer theirs' };
const fail = (): never => {
  throw lost;
};

/** A request function that sends a second copy when the answer to the first one was lost. */
const request = (async (url: URL, options: object) => {
  const first = nodeRequest(url, options).end();
  await rejectionOf(once(first, 'response'));
  return nodeRequest(url, options);
}) as unknown as NonNullable<OptionsInit['request']>;

describe.each(VERSIONS)('hooks of %s', (_, got) => {
  const client = wrapGot(got, { backoff: () => 1 });

  test('run in the order and as often as without us', async () => {
    await using origin = await Origin.listen();

    const bare = await orderOf(got.extend({ retry: { calculateDelay: () => 1 } }), origin);
    const wrapped = await orderOf(client, origin);

    expect(wrapped).toEqual(bare);
    expect(wrapped.filter((name) => name === 'beforeRequest')).toHaveLength(2);
  });

  test('one that changes a GET into a POST makes it unrepeatable', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const beforeRequest = [(options: object) => void Object.assign(options, { method: 'POST' })];

    const error = await rejectionOf(client(origin.url, { hooks: { beforeRequest } }));

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)).toMatchObject({ decision: { reason: 'not-repeatable' }, effect: 'maybe-applied' });
  });

  test.each([425, 422])('a request function that repeats by itself makes a %i prove nothing', async (code) => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(code));

    const response = await client.post(origin.url, { request, throwHttpErrors: false });

    expect(response.statusCode).toBe(code);
    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(response)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test('a request function that repeats by itself makes a 401 start no refresh', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset(), status(401));
    const refresh = vi.fn(() => 'new');
    const renewing = wrapGot(got, { backoff: () => 1, reauthorize: reauthorize(refresh) });

    const error = await rejectionOf(renewing.post(origin.url, { request, headers: { authorization: 'Bearer old' } }));

    expect(origin.requests).toHaveLength(2);
    expect(refresh).not.toHaveBeenCalled();
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test('one that leads to another origin drops the key and its permission', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    other.plays(processThenReset());
    const beforeRequest = [(options: object) => void Object.assign(options, { url: new URL(other.url) })];

    const context = retryContext({ idempotencyKey: 'order-7' });
    await rejectionOf(client.post(origin.url, { body: 'order', context, hooks: { beforeRequest } }));

    expect(other.applied).toEqual(['POST']);
    expect(other.requests[0]?.headers['idempotency-key']).toBeUndefined();
  });

  test('one behind a redirect to another origin is not shown the key', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    origin.plays(redirect(307, other.url));
    const shown: unknown[] = [];
    const beforeRequest = [
      (options: { headers: object }) => void shown.push(Object.keys(options.headers).includes(KEY)),
    ];

    const context = retryContext({ idempotencyKey: 'order-7' });
    await client.post(origin.url, { body: 'order', context, hooks: { beforeRequest } }).catch(() => {});

    expect(shown).toEqual([true, false]);
  });

  test('a credential that one wrote in place of ours stays, although ours is gone', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const credential = () => (origin.requests.length > 0 ? undefined : 'ours');
    const options = { credential, refresh: () => {}, origins: [new URL(origin.url).origin] };
    const beforeRetry = [
      ({ options: { headers } }: { options: { headers: object } }) => void Object.assign(headers, THEIRS),
    ];

    await wrapGot(got, { backoff: () => 1, reauthorize: reauthorize(options) })(origin.url, { hooks: { beforeRetry } });

    expect(origin.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer ours', THEIRS.authorization]);
  });

  test.each<[string, OptionsInit['hooks']]>([
    ['beforeRequest', { beforeRequest: [fail] }],
    ['afterResponse', { afterResponse: [fail] }],
    ['beforeRedirect', { beforeRedirect: [fail] }],
  ])('a %s hook that throws as a lost connection does causes no send', async (name, hooks) => {
    await using origin = await Origin.listen();
    if (name === 'beforeRedirect') origin.plays({ ...redirect(303, '/next'), name: 'redirect' });

    const error = await rejectionOf(client.post(origin.url, { body: 'order', hooks: hooks as never }));

    expect(origin.requests).toHaveLength(name === 'beforeRequest' ? 0 : 1);
    expect((error as { code?: string }).code).toBe('ECONNREFUSED');
    expect(reportOf(error)?.effect).not.toBe(name === 'beforeRequest' ? 'applied' : 'not-applied');
  });

  test('a beforeRetry hook that throws ends the operation with its error', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));

    const error = await rejectionOf(client(origin.url, { hooks: { beforeRetry: [fail] } }));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)?.decision).toEqual({ action: 'stop', reason: 'callback-failed' });
  });

  test.each([401, 503])("an afterResponse hook that sends again after a %i gets got's own answer", async (code) => {
    await using origin = await Origin.listen();
    origin.plays(status(code));
    const refresh = (response: Response, again: (options: OptionsInit) => never) =>
      response.statusCode === code ? again({ headers: { authorization: 'Bearer new' } }) : response;

    const response = await client.post(origin.url, {
      body: 'order',
      context: retryContext({ idempotencyKey: 'order-7' }),
      hooks: { afterResponse: [refresh] as never },
    });

    expect(
      origin.requests.map(({ headers, text }) => [headers.authorization, headers['idempotency-key'], text]),
    ).toEqual([
      [undefined, 'order-7', 'order'],
      ['Bearer new', 'order-7', 'order'],
    ]);
    expect(reportOf(response)).toMatchObject({
      attempts: [{ outcome: { status: code }, decision: { action: 'stop' } }, {}],
      effect: 'applied',
    });
  });

  test('the error of a retry that an afterResponse hook asked for is its own', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(401), processThenReset());
    const refresh = (response: Response, again: (options: OptionsInit) => never) =>
      response.statusCode === 401 ? again({ headers: { authorization: 'Bearer new' } }) : response;

    const error = await rejectionOf(client.post(origin.url, { hooks: { afterResponse: [refresh] as never } }));

    expect(error).toMatchObject({ name: 'RequestError', code: 'ECONNRESET' });
    expect(reportOf(error)).toMatchObject({ attempts: [{}, { delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test.each(['POST', 'GET'] as const)('an afterResponse hook that throws takes no %s back', async (method) => {
    await using origin = await Origin.listen();

    const error = await rejectionOf(client(origin.url, { method, hooks: { afterResponse: [fail] } }));

    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({
      attempts: [{ outcome: { status: 200 } }],
      effect: method === 'POST' ? 'applied' : 'not-applied',
    });
  });

  test('a beforeRequest hook that throws before a retry: its error is the one that the caller gets', async () => {
    await using origin = await Origin.listen();
    origin.plays(processThenReset());
    const beforeRequest = [() => void (origin.requests.length > 0 && fail())];

    const error = await rejectionOf(client.put(origin.url, { body: 'order', hooks: { beforeRequest } }));

    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(reportOf(error)).toMatchObject({
      attempts: [{ delivery: 'unknown' }, { outcome: { kind: 'programmer-error' } }],
      effect: 'maybe-applied',
    });
  });

  test('a cookie store that fails after a POST was answered proves nothing about it', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(200, { headers: { 'set-cookie': 'a=b' } }), status(200));
    const cookieJar = { getCookieString: async () => '', setCookie: async () => fail() };

    const error = await rejectionOf(client.post(origin.url, { body: 'order', cookieJar }));

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(error)?.effect).not.toBe('not-applied');
  });

  test.each(['request', 'uploadProgress'] as const)('a listener for "%s" that throws causes no send', async (event) => {
    await using origin = await Origin.listen();

    const sent = client.post(origin.url, { body: 'order' });
    sent.on(event as 'request', fail);
    const error = await rejectionOf(sent);

    expect(origin.applied.length).toBeLessThanOrEqual(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test('a beforeError hook that makes another error has its report', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(422));
    const beforeError = [(error: Error) => Object.assign(error, { message: 'domain error' })];

    const error = await rejectionOf(client.post(origin.url, { hooks: { beforeError } }));

    expect(error.message).toBe('domain error');
    expect(reportOf(error)).toMatchObject({ effect: 'not-applied' });
  });

  test('a response of a hook that sends nothing is handed over', async () => {
    const beforeRequest = [() => ({ statusCode: 200, headers: {}, body: 'cached' }) as never];

    const error: unknown = await client('http://nobody.invalid/', { hooks: { beforeRequest } }).catch(
      (reason) => reason,
    );
    const bare: unknown = await got('http://nobody.invalid/', { hooks: { beforeRequest } }).catch((reason) => reason);

    expect(String(error)).toBe(String(bare));
  });
});

describe.each(VERSIONS)('handlers of %s', (_, got) => {
  test.each([
    ['no retry', processThenReset(), 'unknown', 'maybe-applied'],
    ['a success', status(200), 'answered', 'applied'],
  ])('one that takes our hooks away gets %s, and a report', async (_name, act, delivery, effect) => {
    await using origin = await Origin.listen();
    origin.plays(act);
    const handler: HandlerFunction = (options, next) => {
      options.hooks.beforeRequest = [];
      return next(options);
    };
    const client = wrapGot(got, { backoff: () => 1 }).extend({ handlers: [handler] });

    const settled: unknown = await client.post(origin.url, { body: 'order' }).catch((error: unknown) => error);

    expect(origin.applied).toEqual(['POST']);
    expect(reportOf(settled)).toMatchObject({ attempts: [{ delivery }], effect });
  });

  test('nested wrapped instances send three times instead of nine, under the stricter rules', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503), status(503), status(503), status(503));
    const strict = wrapGot(got, { rules: [{ repeat: 'never' }] });
    const one = wrapGot(got, { backoff: () => 1 });

    await rejectionOf(one.extend(one)(origin.url));
    expect(origin.requests).toHaveLength(3);

    await rejectionOf(one.extend(strict)(origin.url));
    expect(origin.requests).toHaveLength(4);
  });

  test('pagination with the same options makes each page its own operation', async () => {
    await using origin = await Origin.listen();
    origin.plays(
      status(503, { body: '[]' }),
      status(200, { body: '[1]' }),
      status(503, { body: '[]' }),
      status(200, { body: '[2]' }),
    );
    const reports: unknown[] = [];
    const hooks: number[] = [];
    const client = wrapGot(got, { backoff: () => 1 });
    let pages = 0;
    const pagination = {
      paginate: ({ response }: { response: Response }) => {
        reports.push(reportOf(response)?.attempts.length);
        hooks.push(response.request.options.hooks.beforeRequest.length);
        return ++pages < 2 ? (response.request.options as never) : false;
      },
    };

    const items = await client.paginate.all<number>(origin.url, {
      responseType: 'json',
      pagination: pagination as never,
    });

    expect(items).toEqual([1, 2]);
    expect(reports).toEqual([2, 2]);
    expect(hooks).toEqual([2, 2]);
  });
});

async function orderOf(client: Got, origin: Origin): Promise<string[]> {
  const names: string[] = [];
  const note = (name: string) => (value: unknown) => {
    names.push(name);
    return value;
  };
  origin.plays(status(503));
  const sent = client(origin.url, {
    hooks: {
      beforeRequest: [() => void names.push('beforeRequest')],
      beforeRetry: [() => void names.push('beforeRetry')],
      afterResponse: [note('afterResponse') as never],
      beforeError: [note('beforeError') as never],
    },
  });
  sent.on('request', note('request'));
  await sent;
  return names;
}
