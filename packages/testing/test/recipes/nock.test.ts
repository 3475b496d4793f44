import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import nock from 'nock';
import { afterEach, expect, test, vi } from 'vitest';
import { placeOrder } from './place-order.ts';

// Real time, real processes: a busy machine takes longer.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  nock.cleanAll();
  nock.restore();
});

test('nock loses an answer after the effect if its reply counts, then throws', async () => {
  let orders = 0;
  const shop = nock('http://shop.example');
  shop.post('/orders').reply(() => {
    orders += 1;
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  });
  shop.post('/orders').reply(() => {
    orders += 1;
    return [201];
  });

  await placeOrder(fetch, 'http://shop.example/orders');

  expect(orders).toBe(2); // doubled
});

test('nock 15 crashes on an aborted delay, so time limits need a socket', async () => {
  const program = `
    import nock from 'nock';
    nock('http://shop.example').post('/orders').delay(200).reply(201, 'done');
    await fetch('http://shop.example/orders', { method: 'POST', body: 'order', signal: AbortSignal.timeout(50) });
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
  });

  await expect(run).rejects.toMatchObject({ stderr: expect.stringContaining('AssertionError') });
});
