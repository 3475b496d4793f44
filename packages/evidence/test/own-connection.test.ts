import http from 'node:http';
import https from 'node:https';
import net, { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { isOwnConnection, isOwnTransport } from '../src/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.resetModules();
});

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

const asAsync = (source: string): string => `async ${source}`;
const withMore = (source: string): string => `${source} // and more`;
const withoutSpaces = (source: string): string => source.replaceAll(/;\s+\}$/g, ';}');

test.each<[string, object, string, (source: string) => string, boolean]>([
  ['net.connect as an async function', net, 'connect', asAsync, false],
  ['Socket.prototype.connect as an async function', Socket.prototype, 'connect', asAsync, false],
  ['http.request as an async function', http, 'request', asAsync, false],
  ['https.request as an async function', https, 'request', asAsync, false],
  ['http.request before more', http, 'request', withMore, false],
  ['https.request before more', https, 'request', withMore, false],
  ['http.request without its last spaces', http, 'request', withoutSpaces, true],
  ['https.request without its last spaces', https, 'request', withoutSpaces, true],
])("a function that reads as Node's %s", async (_, owner, name, change, own) => {
  vi.resetModules();
  const fresh = await import('../src/own-connection.ts');
  const real = Reflect.get(owner, name);
  const sourceOf = Function.prototype.toString;
  vi.spyOn(Function.prototype, 'toString').mockImplementation(function (this: unknown) {
    const source = Reflect.apply(sourceOf, this, []);
    return this === real ? change(source) : source;
  });

  const seen = fresh.isOwnTransport();
  vi.restoreAllMocks();

  expect(seen).toBe(own);
});

test.each<[string, () => unknown]>([
  ['a browser', () => vi.stubGlobal('process', undefined)],
  ['Deno, whose modules read in another way', () => vi.stubGlobal('Deno', {})],
  ['an old Node, which gives no modules', () => vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)],
])('in %s, nothing shows that others open connections', async (_, become) => {
  vi.resetModules();
  const fresh = await import('../src/own-connection.ts');
  vi.spyOn(net, 'connect');
  become();

  expect([fresh.isOwnConnection(), fresh.isOwnTransport()]).toEqual([true, true]);
});

test('each module is asked for once, and the source of each function is read once', async () => {
  vi.resetModules();
  const fresh = await import('../src/own-connection.ts');
  const modules = vi.spyOn(process, 'getBuiltinModule');
  const sources = vi.spyOn(Function.prototype, 'toString');

  const seen = [fresh.isOwnTransport(), fresh.isOwnTransport()];
  const read = sources.mock.contexts.filter((each) =>
    [http.request, https.request, net.connect, Socket.prototype.connect].includes(each as never),
  );
  sources.mockRestore();

  expect(seen).toEqual([true, true]);
  expect(modules.mock.calls.flat().toSorted()).toEqual(['node:http', 'node:https', 'node:net']);
  expect(read).toHaveLength(4);
});
