import { explain, keys, reportOf, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import { scriptedOrigin, status } from '@twicesafe/testing';
import ky from 'ky';

await using origin = await scriptedOrigin();
origin.plays(status(503), status(200), status(503), status(200));

const fetch = wrapFetch(globalThis.fetch, { maxAttempts: 2 });
const response = await fetch(origin.url, { method: 'PUT', body: 'x', retry: { deadlineMs: 10_000 } });
const report = reportOf(response);
if (response.status !== 200 || report?.attempts.length !== 2) throw new Error(`fetch: ${response.status}`);

const api = wrapKy(ky, { idempotencyKey: keys.stripe() });
const answer = await api.post(origin.url, { json: {}, retry: { idempotencyKey: 'order-7' } });
const keyed = reportOf(answer);
if (answer.status !== 200 || keyed?.idempotencyKey !== 'order-7' || origin.requests.length !== 4)
  throw new Error(`ky: ${answer.status}`);

console.log(explain(report));
console.log(explain(keyed));
