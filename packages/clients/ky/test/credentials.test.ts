import { rejectionOf, status } from '@twicesafe/testing';
import { expect, test } from 'vitest';
import { reauthorize, reportOf } from '../src/index.ts';
import { stageFor } from './support.ts';

/** A session whose refresh brings a new token. */
function session() {
  let refreshes = 0;
  return reauthorize(async () => `token-${++refreshes}`);
}

const stale = { headers: { authorization: 'Bearer old' } };

test.each([0, 1])('after a 401 a call with %i retries is sent once more with a new credential', async (retry) => {
  await using stage = await stageFor({ retry, headers: stale.headers }, { reauthorize: session() });
  stage.origin.plays(status(401));

  const response = await stage.api.post('orders');

  expect(reportOf(response)?.attempts).toMatchObject([{ decision: { reason: 'reauthorized' } }, {}]);
  expect(stage.origin.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer token-1']);
});

test('a second 401 is final', async () => {
  await using stage = await stageFor({ headers: stale.headers }, { reauthorize: session() });
  stage.origin.plays(status(401), status(401));

  await rejectionOf(stage.api.post('orders'));

  expect(stage.origin.requests).toHaveLength(2);
});
