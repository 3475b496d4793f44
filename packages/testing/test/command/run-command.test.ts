import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { faultByChance, parseFault } from '../../src/command/fault-chance.ts';
import { randomFrom } from '../../src/command/random-from.ts';
import { runCommand } from '../../src/command/run-command.ts';
import { scriptedOrigin } from '../../src/index.ts';
import { openShop } from '../support/shop.ts';

// Real time, real processes: a busy machine takes longer.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const bin = new URL('../../src/bin.ts', import.meta.url).pathname;

test('plays the requested fault on requests with an effect, and prints each', async () => {
  await using shop = await openShop();
  const lines: string[] = [];
  const proxy = await runCommand(['proxy', '--to', shop.url, '--fault', 'lost502', '--retry-after', '7'], {
    log: (line) => lines.push(line),
  });
  const url = proxy?.url ?? '';

  const statuses = [(await fetch(`${url}orders`, { method: 'POST' })).status, (await fetch(url)).status];
  await proxy?.close();

  expect(statuses).toEqual([502, 201]);
  expect(shop.orders).toHaveLength(1);
  expect(lines).toEqual([
    `${url} passes requests on to ${shop.url}`,
    'POST /orders: lost502. The request is processed, but a gateway answers 502.',
  ]);
});

test('plays faults on safe methods if it is asked to', async () => {
  await using shop = await openShop();
  const parameters = ['proxy', '--to', shop.url, '--fault', 'busy503', '--all-methods', '--retry-after', '7'];
  const proxy = await runCommand(parameters, { log: () => {} });

  const response = await fetch(proxy?.url ?? '');
  await proxy?.close();

  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
});

test('plays a fault at its percentage, reproducibly with a seed', () => {
  const chances = ['resetAfter:10%', 'busy503:2.5%'].map(parseFault);
  const draw = (): readonly string[] => {
    const choose = faultByChance(chances, randomFrom(7));
    return Array.from({ length: 4000 }, choose);
  };
  const drawn = draw();
  const share = (fault: string): number => drawn.filter((each) => each === fault).length / drawn.length;

  expect(share('resetAfter')).toBeCloseTo(0.1, 1);
  expect(share('busy503')).toBeCloseTo(0.025, 1);
  expect(share('none')).toBeCloseTo(0.875, 1);
  expect(draw()).toEqual(drawn);
});

test.each<[string, readonly string[]]>([
  ['the command must be proxy, not "proxi"', ['proxi']],
  ['--to is missing', ['proxy']],
  ['to must be a port or an http: URL', ['proxy', '--to', 'localhost']],
  ['--fault must name a fault', ['proxy', '--to', 'http://localhost:1', '--fault', 'resetAftr']],
  ['--fault: refused needs a closed port', ['proxy', '--to', 'http://localhost:1', '--fault', 'refused']],
  ['--fault must be a name and a percentage', ['proxy', '--to', 'http://localhost:1', '--fault', 'resetAfter:ten']],
  ['--fault must be a name and a percentage', ['proxy', '--to', 'http://localhost:1', '--fault', 'resetAfter:101%']],
  [
    'must be 100% at most together, not 120%',
    ['proxy', '--to', 'http://localhost:1', '--fault', 'hang:60%', '--fault', 'slow:60%'],
  ],
  [
    '--port must be a whole number from 0 to 65535, not "http"',
    ['proxy', '--to', 'http://localhost:1', '--port', 'http'],
  ],
  ["Unknown option '--fautl'", ['proxy', '--to', 'http://localhost:1', '--fautl', 'hang']],
])('%s: %j', async (message, parameters) => {
  await expect(runCommand(parameters, console)).rejects.toThrow(message);
});

test('the program prints help, and ends with 1 and a sentence on errors', async () => {
  await using origin = await scriptedOrigin();
  expect((await run(process.execPath, [bin, '--help'])).stdout).toContain('--fault <name>[:<n>%]');

  const inUse = run(process.execPath, [bin, 'proxy', '--to', origin.url, '--port', String(origin.port)]);

  await expect(inUse).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('EADDRINUSE') });
});
