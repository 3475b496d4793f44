/** An API in a process of its own, so that it doesn't share the outbox's thread. Answers 201 to everything. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

process.once('disconnect', () => process.exit());
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(201).end());
}).listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/payments`);
});
