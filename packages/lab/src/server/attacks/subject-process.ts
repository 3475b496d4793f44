/** Runs a subject in a separate process, which an attack may kill. Its arguments are the subject's number and its setting. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SUBJECTS } from './subjects/all.ts';

const [number = '', setting = ''] = process.argv.slice(2);
const listener = await SUBJECTS[Number(number)]?.open(JSON.parse(setting));
const server = createServer(listener);
// Errors in handlers are part of the attacks, so don't log them.
console.error = () => {};
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
