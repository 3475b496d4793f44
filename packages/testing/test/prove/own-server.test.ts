import { expect, test, vi } from 'vitest';
import { provesSafe } from '../../src/index.ts';
import { post, postAgain } from '../support/post.ts';
import { openShop } from '../support/shop.ts';

// Real time, real processes: a busy machine takes longer.
vi.setConfig({ testTimeout: 60_000 });

test('proves a server of your own through a proxy', async () => {
  await using shop = await openShop();
  const proof = await provesSafe((url) => postAgain(`${url}orders`), {
    to: shop.url,
    effects: () => shop.orders.length,
    slowMs: 800,
    on: [1],
  });

  expect(proof.rows.map(({ fault, verdict }) => `${fault}: ${verdict}`)).toEqual([
    'none: ok',
    'refused: ok',
    'resetBefore: ok',
    'closeBefore: ok',
    'resetAfter: DOUBLED',
    'closeAfter: DOUBLED',
    'truncated: DOUBLED',
    'lost502: DOUBLED',
    'failed500: ok',
    'slow: DOUBLED',
    'hang: DOUBLED',
    'hangBefore: ok',
    'busy503: too early',
    'limited429: too early',
    'duplicated: needs key',
    'redirect307: ok',
  ]);
});

test('attempt 2 comes after a refused connection', async () => {
  await using shop = await openShop();
  const options = { to: shop.url, effects: () => shop.orders.length, faults: ['resetAfter'], on: [2] } as const;

  expect((await provesSafe(postAgain, options)).rows[1]).toMatchObject({ verdict: 'DOUBLED', arrivals: 2, effects: 2 });
  expect((await provesSafe(post, options)).rows[1]).toMatchObject({ verdict: 'not reached', arrivals: 0, effects: 0 });
});

test.each<[string, object]>([
  ['to needs effects: a function that counts the effects where your server stores them', {}],
  ['faults: seeOther303 needs the scripted origin', { effects: () => 0, faults: ['seeOther303'] }],
])('%s', async (message, options) => {
  await expect(provesSafe(post, { to: 'http://localhost:1', ...options })).rejects.toThrow(message);
});
