import { rejectionOf, status } from '@twicesafe/testing';
import type { Hooks, Options } from 'ky';
import { expect, test } from 'vitest';
import { reportOf } from '../src/index.ts';
import { stageFor } from './support.ts';

/** A fetch of the caller's, of whose only copy the error proves something, unless a stream may have failed. */
const logging: typeof fetch = (input, init) => fetch(input, init);
const same = (request: Request) => new Request(request);

test.each<[string, Options, string]>([
  ['a text', { body: 'one' }, 'never-sent'],
  ['a stream', { body: new Blob(['one']).stream() }, 'unknown'],
  ["a hook's request", { hooks: { beforeRequest: [({ request }) => same(request)] } }, 'unknown'],
  ['a first request with hooks for retries', { hooks: { beforeRetry: [() => {}] } }, 'never-sent'],
])('what a refused connection proves of %s', async (_, options, delivery) => {
  await using stage = await stageFor({ fetch: logging, retry: 0 });
  await stage.origin.refuses(1);

  const error = await rejectionOf(stage.api.post('orders', options));

  expect(reportOf(error)?.attempts).toMatchObject([{ delivery }]);
});

test.each<[string, Hooks, string]>([
  ['the same as the first', {}, 'never-sent'],
  ['one that a hook may have replaced', { beforeRetry: [() => {}] }, 'unknown'],
  ['one that a hook may have forced', { afterResponse: [() => {}] }, 'unknown'],
  ['that of a hook that replaced the first', { beforeRequest: [({ request }) => same(request)] }, 'unknown'],
])('what a refused connection proves of a retry: %s', async (_, hooks, delivery) => {
  await using stage = await stageFor({ fetch: logging, hooks });
  stage.origin.plays(status(503, { headers: { connection: 'close' } }));
  const shouldRetry = async ({ retryCount }: { retryCount: number }) => {
    if (retryCount === 1) await stage.origin.refuses(1);
    return true;
  };

  const error = await rejectionOf(stage.api.put('orders/7', { body: 'one', retry: { limit: 1, shouldRetry } }));

  expect(reportOf(error)?.attempts).toMatchObject([{}, { delivery }]);
});
