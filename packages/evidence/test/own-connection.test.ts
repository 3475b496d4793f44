import http from 'node:http';
import https from 'node:https';
import net, { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { isOwnConnection, isOwnTransport } from '../src/index.ts';

afterEach(() => void vi.restoreAllMocks());

const seen = () => ({ connection: isOwnConnection(), transport: isOwnTransport() });

test("Node's own functions are recognized, every time", () => {
  expect([seen(), seen()]).toEqual([
    { connection: true, transport: true },
    { connection: true, transport: true },
  ]);
});

test.each<[string, () => unknown, boolean]>([
  ['net.connect', () => vi.spyOn(net, 'connect'), false],
  ['Socket.prototype.connect', () => vi.spyOn(Socket.prototype, 'connect'), false],
  ['http.request', () => vi.spyOn(http, 'request'), true],
  ['https.request', () => vi.spyOn(https, 'request'), true],
])('a replaced %s is not', (_, replace, connection) => {
  replace();
  expect(seen()).toEqual({ connection, transport: false });
});
