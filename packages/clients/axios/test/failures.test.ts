import { Origin, rejectionOf, truncate } from '@twicesafe/testing';
import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { describe, expect, test } from 'vitest';
import { reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS, soon } from './support.ts';

const create = (adapter: (config: InternalAxiosRequestConfig) => unknown) =>
  wrapAxios(axios.create({ adapter: adapter as never }), { ...soon, maxAttempts: 2 });

/** What a GET comes to whose adapter rejects with a value. */
async function rejectedWith(value: unknown) {
  const configs: unknown[] = [];
  const api = create((config) => {
    configs.push(config);
    return Promise.reject(value);
  });
  let caught: unknown;
  try {
    await api.get('http://api.test/');
  } catch (error) {
    caught = error;
  }
  return { caught, attempts: configs.length };
}

describe('what an adapter rejects with is what the caller catches', () => {
  test.each([[undefined], [null], ['text'], [7]])('%s', async (value) => {
    expect(await rejectedWith(value)).toEqual({ caught: value, attempts: 2 });
  });

  test('an error without a config gets none', async () => {
    const error = new Error('mine');

    expect((await rejectedWith(error)).caught).toBe(error);
    expect(error).not.toHaveProperty('config');
  });

  test.each([
    ['null', null],
    ['a response without data', { status: 400, headers: {} }],
    ['a response without a status', { data: '', headers: {} }],
  ])('an error whose response is %s is a failure', async (_, response) => {
    const error = Object.assign(new Error('mine'), { response });

    expect(await rejectedWith(error)).toEqual({ caught: error, attempts: 2 });
    expect(reportOf(error)?.attempts[0]?.outcome).toMatchObject({ type: 'failure' });
  });
});

describe('the code of an error says why the attempt failed', () => {
  test.each([
    ['ECONNABORTED', 'attempt-timeout'],
    ['ETIMEDOUT', 'attempt-timeout'],
    ['ERR_NETWORK', 'network'],
    ['ERR_BAD_RESPONSE', 'network'],
  ])('%s: %s', async (code, kind) => {
    const error = new AxiosError('mine', code);

    await rejectedWith(error);

    expect(reportOf(error)?.attempts[0]?.outcome).toMatchObject({ kind });
  });

  test("ETIMEDOUT of a system call is the network's", async () => {
    const cause = Object.assign(new Error('connect'), { code: 'ETIMEDOUT', syscall: 'connect' });
    const error = Object.assign(new AxiosError('mine', 'ETIMEDOUT'), { cause });

    await rejectedWith(error);

    expect(reportOf(error)?.attempts[0]?.outcome).toMatchObject({ kind: 'network' });
  });
});

test.each(ADAPTERS)('a truncated body is called so, over the %s adapter', async (adapter, library) => {
  await using origin = await Origin.listen();
  origin.plays(truncate());

  const error = await rejectionOf(wrapAxios(library.create({ adapter }), soon).post(origin.url, 'order'));

  expect(reportOf(error)).toMatchObject({
    attempts: [{ outcome: { kind: 'truncated-body' }, delivery: 'unknown' }],
    effect: 'maybe-applied',
  });
});
