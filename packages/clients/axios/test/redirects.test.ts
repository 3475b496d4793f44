import { closedPort, Origin, redirect, rejectionOf, resetAfterReading, status } from '@twicesafe/testing';
import axios from 'axios';
import { describe, expect, test } from 'vitest';
import { keys, reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS, soon } from './support.ts';

const REDIRECTS = [301, 302, 303, 307, 308];
const keyed = { ...soon, idempotencyKey: keys.custom({ header: 'Idempotency-Key' }) };

describe.each(ADAPTERS)('over the %s adapter, a redirect', (adapter, library) => {
  test.each(REDIRECTS)('by %i to a closed port proves nothing about the POST that was processed', async (code) => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    origin.plays(redirect(code, `http://127.0.0.1:${await closedPort()}/`));

    const error = await rejectionOf(api.post(origin.url, 'order'));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test.each(REDIRECTS)('by %i to a host without an address proves nothing either', async (code) => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    origin.plays(redirect(code, 'http://nobody.invalid/'));

    const error = await rejectionOf(api.post(origin.url, 'order'));

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'unknown' }], effect: 'maybe-applied' });
  });

  test.each(REDIRECTS)('by %i whose target answers 425 is no refusal of the POST', async (code) => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    origin.plays(redirect(code, `${origin.url}target`), status(425));

    const error = await rejectionOf(api.post(origin.url, 'order'));

    expect(origin.requests).toHaveLength(2);
    expect(reportOf(error)).toMatchObject({ attempts: [{ delivery: 'answered' }], effect: 'maybe-applied' });
  });

  test.each([
    [301, 'maybe-applied'],
    [302, 'maybe-applied'],
    [303, 'maybe-applied'],
    [307, 'applied'],
    [308, 'applied'],
  ])('by %i to a success means that the POST is %s', async (code, effect) => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), soon);
    origin.plays(redirect(code, `${origin.url}target`));

    expect(reportOf(await api.post(origin.url, 'order'))).toMatchObject({ attempts: { length: 1 }, effect });
  });

  test('by 307 to another origin does not take the key along', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    const api = wrapAxios(library.create({ adapter }), keyed);
    origin.plays(redirect(307, other.url));
    other.plays(resetAfterReading());

    const error = await rejectionOf(api.post(origin.url, 'order'));

    expect(origin.requests.map(({ headers }) => headers['idempotency-key'] !== undefined)).toEqual([true]);
    expect(other.requests.map(({ text, headers }) => [text, headers['idempotency-key']])).toEqual([
      ['order', undefined],
    ]);
    expect(reportOf(error)).toMatchObject({ attempts: { length: 1 }, decision: { reason: 'not-repeatable' } });
  });

  test('that maxRedirects: 0 forbids is an answer like any other', async () => {
    await using origin = await Origin.listen();
    const api = wrapAxios(library.create({ adapter, maxRedirects: 0, validateStatus: () => true }), soon);
    origin.plays(redirect(307, `http://127.0.0.1:${await closedPort()}/`));

    const response = await api.post(origin.url, 'order');

    expect(response.status).toBe(307);
    expect(origin.requests).toHaveLength(1);
  });
});

describe('over the http adapter', () => {
  const create = () => wrapAxios(axios.create({ adapter: 'http' }), keyed);

  test("the caller's beforeRedirect is asked with axios' own arguments", async () => {
    await using origin = await Origin.listen();
    const asked: unknown[][] = [];
    origin.plays(redirect(307, `${origin.url}target`));

    await create().post(origin.url, 'order', { beforeRedirect: (...parameters) => void asked.push(parameters) });

    expect(asked).toMatchObject([
      [{ href: `${origin.url}target` }, { statusCode: 307 }, { url: origin.url, method: 'POST' }],
    ]);
  });

  test("a beforeRedirect that throws an error of another request's proves nothing", async () => {
    await using origin = await Origin.listen();
    const foreign = Object.assign(new Error('audit'), { code: 'ECONNREFUSED', syscall: 'connect' });
    origin.plays(redirect(307, `${origin.url}target`));

    const error = await rejectionOf(
      wrapAxios(axios.create({ adapter: 'http' }), soon).post(origin.url, 'order', {
        beforeRedirect: () => {
          throw foreign;
        },
      }),
    );

    expect(origin.requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({
      attempts: [{ delivery: 'unknown' }],
      decision: { reason: 'permanent-failure' },
      effect: 'maybe-applied',
    });
  });

  test('a beforeRedirect that leads the request to another host takes the key from it', async () => {
    await using origin = await Origin.listen();
    await using other = await Origin.listen();
    origin.plays(redirect(307, `${origin.url}target`));
    other.plays(status(503));

    const error = await rejectionOf(
      create().post(origin.url, 'order', {
        beforeRedirect: (options) => void Object.assign(options, { port: other.port, host: `127.0.0.1:${other.port}` }),
      }),
    );

    expect(other.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([undefined]);
    expect(reportOf(error)).toMatchObject({ attempts: { length: 1 } });
  });

  test('too many redirects are not followed again', async () => {
    await using origin = await Origin.listen();
    origin.plays(...Array.from({ length: 3 }, () => redirect(302, origin.url)));

    const error = await rejectionOf(create().get(origin.url, { maxRedirects: 2 }));

    expect(origin.requests).toHaveLength(3);
    expect(reportOf(error)?.decision.reason).toBe('permanent-failure');
  });
});
