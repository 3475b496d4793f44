import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@twicesafe/testing';
import { fetch as undici6 } from 'undici-6';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { discardResponse, drainCopy, lookAtResponse } from '../src/index.ts';

beforeEach(() => {
  const versions = { ...process.versions, undici: '6.27.0' };
  vi.stubGlobal('process', Object.create(process, { versions: { value: versions } }));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('an abort after a drained long answer throws nothing uncaught', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  await using server = await serve((_, response) => response.writeHead(503).end('x'.repeat(200_000)));
  const caller = new AbortController();
  const response = await undici6(server.url, { signal: caller.signal });

  const copy = drainCopy(response);
  await sleep(50);
  caller.abort(new Error('left'));
  await sleep(20);

  expect(copy.complete).toBe(false);
  expect(unhandled).not.toHaveBeenCalled();
  process.off('unhandledRejection', unhandled);
});

test('a response that is discarded after a look frees its connection', async () => {
  const closed = Promise.withResolvers<string>();
  await using server = await serve((_, response) => {
    response
      .on('close', () => closed.resolve('closed'))
      .writeHead(503)
      .write('x'.repeat(200_000));
  });
  const response = (await undici6(server.url)) as unknown as Response;

  const text = await lookAtResponse(response, 1000, new AbortController().signal);
  discardResponse(response);

  expect(text).toBeUndefined();
  expect(await Promise.race([closed.promise, sleep(1000, 'open')])).toBe('closed');
});
