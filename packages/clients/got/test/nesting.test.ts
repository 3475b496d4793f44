import { wrapFetch } from '@twicesafe/fetch';
import { Origin, rejectionOf, status } from '@twicesafe/testing';
import { describe, expect, test } from 'vitest';
import { keys, protocol, type RetryOptions, reportOf, retryContext, withRetry, wrapGot } from '../src/index.ts';
import { VERSIONS } from './versions.ts';

const quick: RetryOptions = { backoff: () => 1 };
const KEY = 'idempotency-key';

describe.each(VERSIONS)('wrapped instances of %s', (_, got) => {
  test('that are merged keep the stricter rules, whichever is the outer one', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const strict = wrapGot(got, { ...quick, rules: [{ repeat: 'never' }] });

    const error = await rejectionOf(strict.extend(wrapGot(got, quick))(origin.url));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)?.decision.reason).toBe('declared-not-repeatable');
  });

  test('that are merged: the protocols of the inner one read the body', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(503));
    const read: unknown[] = [];
    const spy = protocol({
      name: 'Spy',
      read: ({ body }) => {
        read.push(body());
        return undefined;
      },
    });
    const client = wrapGot(got, quick).extend(wrapGot(got, { protocols: [spy] }));

    await client.put(origin.url, { body: 'order' });

    expect(new Set(read)).toEqual(new Set(['order']));
  });

  test('inside another client use its key, for hooks as well', async () => {
    await using origin = await Origin.listen();
    origin.plays(status(425), status(425));
    const shown: unknown[] = [];
    const beforeRequest = [({ headers }: { headers: Record<string, unknown> }) => void shown.push(headers[KEY])];
    const inner = wrapGot(got, { ...quick, idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) });
    const fetch = wrapFetch(async (url: string) => {
      const { statusCode } = await inner.post(url, { body: 'order', throwHttpErrors: false, hooks: { beforeRequest } });
      return new Response(null, { status: statusCode });
    }, quick);

    const response = await fetch(origin.url, { method: 'POST', body: 'order' });

    expect(response.status).toBe(200);
    expect(shown).toEqual(Array(3).fill(expect.any(String)));
    expect(new Set(shown).size).toBe(1);
    expect(origin.requests.map(({ headers }) => headers[KEY])).toEqual(shown);
  });
});

describe.each(VERSIONS)('the key of a whole function, with %s', (_, got) => {
  test.each<[string, unknown, unknown, boolean]>([
    ['another call with the same body', { body: 'one' }, { body: 'one' }, true],
    ['another call without a body', {}, {}, true],
    ['a call with another body', { body: 'one' }, { body: 'two' }, false],
    ['a call without a body', { body: 'one' }, {}, false],
  ])('for %s', async (_name, first, second, isSame) => {
    await using origin = await Origin.listen();
    const client = wrapGot(got, quick);

    await withRetry({ idempotencyKey: 'order-7' }, async () => {
      await client.post(origin.url, first as never);
      await client.post(origin.url, second as never);
    });

    expect(origin.requests.map(({ headers }) => headers[KEY])).toEqual(['order-7', isSame ? 'order-7' : undefined]);
  });

  test('is for no body that is made', async () => {
    await using origin = await Origin.listen();
    const client = wrapGot(got, quick);
    const body = () => new Blob(['one']).stream();

    await withRetry({ idempotencyKey: 'order-7' }, async () => {
      await client.post(origin.url);
      await client.post(origin.url, { context: retryContext({ body }) });
    });

    expect(origin.requests.map(({ headers }) => headers[KEY])).toEqual(['order-7', undefined]);
  });
});
