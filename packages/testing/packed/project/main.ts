import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { explain, keys, reportOf, wrapFetch } from '@twicesafe/fetch';
import { wrapKy } from '@twicesafe/ky';
import ky from 'ky';

let requests = 0;
const server = createServer((_, response) => {
  requests++;
  response.writeHead(requests % 2 === 1 ? 503 : 200).end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const fetch = wrapFetch(globalThis.fetch, { maxAttempts: 2 });
const response = await fetch(url, { method: 'PUT', body: 'x', retry: { deadlineMs: 10_000 } });
const report = reportOf(response);
if (response.status !== 200 || report?.attempts.length !== 2) throw new Error(`fetch: ${response.status}`);

const api = wrapKy(ky, { idempotencyKey: keys.stripe() });
const answer = await api.post(url, { json: {}, retry: { idempotencyKey: 'order-7' } });
const told = reportOf(answer);
if (answer.status !== 200 || told?.idempotencyKey !== 'order-7' || requests !== 4)
  throw new Error(`ky: ${answer.status}`);

console.log(explain(report));
console.log(explain(told));
server.close();
