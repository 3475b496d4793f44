import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHandler } from '@twicesafe/server/node';
import { createPayments, openDatabase } from './payments.ts';

const [path = 'payments.db', port = '3000'] = process.argv.slice(2);
const server = createServer(nodeHandler(createPayments(openDatabase(path))));

server.listen(Number(port), '127.0.0.1', () => {
  const { port: listening } = server.address() as AddressInfo;
  console.log(`Payments are taken at http://127.0.0.1:${listening}/payments`);
  process.send?.(listening);
});
