import { expect, test } from 'vitest';
import { actOf, faults, scriptedOrigin } from '../../src/index.ts';
import { patienceFor, seen } from '../support/seen.ts';

const whole = [200, '{"id":"1","ok":true}'];

test.each([
  ['none', 1, whole],
  ['resetBefore', 0, 'ECONNRESET'],
  ['closeBefore', 0, 'UND_ERR_SOCKET'],
  ['resetAfter', 1, 'ECONNRESET'],
  ['closeAfter', 1, 'UND_ERR_SOCKET'],
  ['truncated', 1, [200, 'torn']],
  ['lost502', 1, [502, '']],
  ['failed500', 0, [500, '']],
  ['slow', 1, 'silence'],
  ['hang', 1, 'silence'],
  ['hangBefore', 0, 'silence'],
  ['busy503', 0, [503, '']],
  ['limited429', 0, [429, '']],
  ['duplicated', 2, whole],
  ['seeOther303', 1, [303, '']],
  ['redirect307', 0, [307, '']],
  ['redirect302', 0, [302, '']],
] as const)('%s: %d effects, and the client sees %j', async (name, effects, answer) => {
  await using origin = await scriptedOrigin();
  origin.plays(name);

  expect(await seen(origin.url, patienceFor(answer))).toEqual(answer);
  expect(origin.effects).toHaveLength(effects);
});

test('refused closes the port for the given number of connections', async () => {
  await using origin = await scriptedOrigin();
  await origin.refuses(2);

  expect([await seen(origin.url), await seen(origin.url), await seen(origin.url)]).toEqual([
    'ECONNREFUSED',
    'ECONNREFUSED',
    [200, 'ok'],
  ]);
  expect(origin.refused).toBe(2);
  expect(origin.requests).toHaveLength(1);
});

test("refused can't answer a request, and names the function to call", async () => {
  await using origin = await scriptedOrigin();

  expect(() => origin.plays('unheardOf' as 'none')).toThrow('plays must name a fault');
  expect(() => origin.plays(faults.refused)).toThrow('the fault refused needs a closed port: call origin.refuses(1)');
  await expect(origin.refuses(0)).rejects.toThrow('count must be a whole number of 1 or more, not 0');
});

test('slow answers once its time is over', async () => {
  await using origin = await scriptedOrigin();
  origin.plays(actOf(faults.slow, { slowMs: 5 }));

  expect(await seen(origin.url)).toEqual(whole);
});

test('503 and 429 say how long to wait, and redirects say where to go', async () => {
  await using origin = await scriptedOrigin();
  origin.plays(faults.busy503, actOf(faults.limited429, { retryAfterSeconds: 3600 }), faults.redirect307);

  const answers = [await fetch(origin.url), await fetch(origin.url), await fetch(origin.url, { redirect: 'manual' })];

  expect(answers.map(({ headers }) => headers.get('retry-after') ?? headers.get('location'))).toEqual([
    '1',
    '3600',
    '/elsewhere',
  ]);
});

test('a key that was first used with another request is answered 422', async () => {
  await using origin = await scriptedOrigin({ respond: () => actOf(faults.none) });
  const send = (body: string): Promise<Response> =>
    fetch(origin.url, { method: 'POST', body, headers: { 'idempotency-key': 'k1' } });

  expect([(await send('a')).status, (await send('a')).status, (await send('b')).status]).toEqual([200, 200, 422]);
});
