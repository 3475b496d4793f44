import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OriginProcess, startOrigin } from '../src/chaos/origin-process.ts';
import { type Fault, faultOf, isRefused } from '../src/chaos/weather.ts';

const SEED = 7;
let origin: OriginProcess;

beforeAll(async () => {
  origin = await startOrigin(SEED, true);
});
afterAll(() => origin[Symbol.asyncDispose]());

/** An operation whose first attempt meets this. */
function numberWith(fault: Fault | undefined): number {
  for (let number = 1; ; number++) if (faultOf(SEED, number, 1) === fault && !isRefused(SEED, number)) return number;
}

test.each<[Fault | undefined, number | 'fails', number]>([
  [undefined, 201, 1],
  ['reset before', 'fails', 0],
  ['reset after', 'fails', 1],
  ['close after', 'fails', 1],
  ['502 after', 502, 1],
  ['truncated after', 'fails', 1],
  ['503 with Retry-After', 503, 0],
  ['429 with Retry-After', 429, 0],
])('%s', async (fault, outcome, applied) => {
  const number = numberWith(fault);

  const sent = fetch(`${origin.url}/orders?operation=${number}`, { method: 'POST', body: '{}' });
  const seen = await sent
    .then(
      async (response) => {
        await response.text();
        return response.status;
      },
      () => 'fails',
    )
    .catch(() => 'fails');

  expect(seen).toBe(outcome);
  expect((await origin.ledger()).get(number)).toMatchObject({ applied, requestsAtMs: [expect.any(Number)] });
});

test('hang after', async () => {
  const number = numberWith('hang after');

  const sent = fetch(`${origin.url}/orders?operation=${number}`, { method: 'POST', signal: AbortSignal.timeout(200) });

  await expect(sent).rejects.toMatchObject({ name: 'TimeoutError' });
  expect((await origin.ledger()).get(number)?.applied).toBe(1);
});

test('a port is closed for a moment, and then open', async () => {
  const number = Array.from({ length: 1000 }, (_, index) => index + 1).find((each) => isRefused(SEED, each));
  const url = `${await origin.closedForNow()}/orders?operation=${number}`;
  const send = () =>
    fetch(url).then(
      ({ status }) => status,
      (error: Error) => (error.cause as { code: string }).code,
    );

  const first = await send();
  let last = first;
  while (last === 'ECONNREFUSED') last = await send();

  expect([first, last]).toEqual(['ECONNREFUSED', 200]);
});
