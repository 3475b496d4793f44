import { expect, test } from 'vitest';
import { type FaultName, faultProxy, faults, scriptedOrigin } from '../../src/index.ts';
import { patienceFor, seen } from '../support/seen.ts';
import { openShop } from '../support/shop.ts';

const whole = [201, 'POST /orders 5'];

test.each([
  ['none', 1, whole],
  ['resetBefore', 0, 'ECONNRESET'],
  ['closeBefore', 0, 'UND_ERR_SOCKET'],
  ['resetAfter', 1, 'ECONNRESET'],
  ['closeAfter', 1, 'UND_ERR_SOCKET'],
  ['truncated', 1, [201, 'torn']],
  ['lost502', 1, [502, '']],
  ['failed500', 0, [500, '']],
  ['slow', 1, 'silence'],
  ['hang', 1, 'silence'],
  ['hangBefore', 0, 'silence'],
  ['busy503', 0, [503, '']],
  ['limited429', 0, [429, '']],
  ['duplicated', 2, whole],
  ['redirect307', 0, [307, '']],
] as const)('%s in front of your own server: %d effects, and the client sees %j', async (name, effects, answer) => {
  await using shop = await openShop();
  await using proxy = await faultProxy(shop.port);
  proxy.plays(name);

  expect(await seen(`${proxy.url}orders`, patienceFor(answer))).toEqual(answer);
  // A client that gives up on silence may do so before a busy machine has brought its request to the server.
  await expect.poll(() => shop.orders.length, { timeout: 10_000 }).toBe(effects);
  expect(proxy.arrivals).toBe(1);
});

test('the answer is lost only once it is whole, so the effect is certain', async () => {
  const moments: string[] = [];
  await using shop = await openShop((_, response) => {
    response.write('first');
    setTimeout(() => {
      moments.push('committed');
      response.end('last');
    }, 30);
  });
  await using proxy = await faultProxy(shop.url);
  proxy.plays(faults.resetAfter);

  await fetch(proxy.url, { method: 'POST' }).catch(() => moments.push('lost'));

  expect(moments).toEqual(['committed', 'lost']);
});

test('slow answers whole once its time is over', async () => {
  await using shop = await openShop();
  await using proxy = await faultProxy(new URL(shop.url), { slowMs: 5 });
  proxy.plays('slow');

  expect(await seen(`${proxy.url}orders`)).toEqual(whole);
});

test('503 and 429 set Retry-After, and 307 redirects to the same place', async () => {
  await using shop = await openShop();
  await using proxy = await faultProxy(shop.port, { retryAfterSeconds: 7 });
  proxy.plays('busy503', 'limited429', 'redirect307');

  const waits = [await fetch(proxy.url), await fetch(proxy.url)].map(({ headers }) => headers.get('retry-after'));

  expect(waits).toEqual(['7', '7']);
  expect(await (await fetch(`${proxy.url}orders`, { method: 'POST', body: 'order' })).text()).toBe('POST /orders 5');
});

test('refuses as many connections as it is asked to', async () => {
  await using shop = await openShop();
  await using proxy = await faultProxy(shop.port);
  await proxy.refuses(1);

  expect([await seen(`${proxy.url}orders`), await seen(`${proxy.url}orders`)]).toEqual(['ECONNREFUSED', whole]);
  expect(proxy.refused).toBe(1);
});

test('a fault may depend on the request, and is reported', async () => {
  const met: string[] = [];
  await using shop = await openShop();
  await using proxy = await faultProxy(shop.port, {
    faultFor: ({ method, target }) => (method === 'POST' && target === '/pay' ? 'lost502' : 'none'),
    onRequest: ({ target, headers }, fault) => met.push(`${target} ${headers['x-tag']} ${fault}`),
  });

  const answers = [await seen(`${proxy.url}orders`), await seen(`${proxy.url}pay`)];

  expect(answers).toEqual([whole, [502, '']]);
  expect(met).toEqual(['/orders undefined none', '/pay undefined lost502']);
});

test('a server that is not there is a 502 that says so', async () => {
  await using origin = await scriptedOrigin();
  await using proxy = await faultProxy(origin.url);
  await origin.close();

  const [status, text] = (await seen(proxy.url)) as [number, string];

  expect(status).toBe(502);
  expect(text).toContain(`http://127.0.0.1:${origin.port} cannot be reached`);
});

test.each([
  'localhost:3000',
  'https://localhost',
  'http://localhost:3000/api',
  'http://localhost:3000?a',
  70_000,
  Number.NaN,
])('%s is no server to stand in front of', async (to) => {
  await expect(faultProxy(to)).rejects.toThrow(/^to must be a port or an http: URL without a path, such as/);
});

test('a port in use is the error of the server', async () => {
  await using origin = await scriptedOrigin();

  await expect(faultProxy(3000, { port: origin.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test.each<[FaultName, string]>([
  ['refused', 'plays: refused needs a closed port: call proxy.refuses(1)'],
  ['seeOther303', 'plays: seeOther303 needs the scripted origin'],
  ['redirect302', 'plays: redirect302 needs the scripted origin'],
  ['unheardOf' as FaultName, 'plays must name a fault'],
])('%s cannot be played, and says why', async (name, message) => {
  await using proxy = await faultProxy(3000);

  expect(() => proxy.plays(name)).toThrow(message);
});

test('a throwing function among the options fails its request, and close reports it', async () => {
  await using shop = await openShop();
  const proxy = await faultProxy(shop.port, { faultFor: () => 'unheardOf' as FaultName });

  expect(await seen(proxy.url)).toBe('ECONNRESET');
  await expect(proxy.close()).rejects.toMatchObject({
    errors: [expect.objectContaining({ message: expect.stringContaining('faultFor must name a fault') })],
  });
});
