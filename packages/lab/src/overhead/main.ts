/**
 * Measures the cost of a successful request. Compares wrapFetch in typical configurations, and every library that
 * accepts a fetch, with that fetch itself in alternating rounds. Runs on a stub that only creates a Response, and on
 * loopback.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { OverheadTable } from '../overhead-table.ts';
import { CONFIGURATIONS, PEERS } from './clients.ts';
import { NATIVE } from './native.ts';

const OPTIONS = ['--conditions=@twicesafe/source', '--expose-gc', '--max-semi-space-size=64'];
const short = process.argv.includes('--short');

interface Measured {
  /** Of the fastest rounds. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly extra?: number;
}

function measure(...parameters: readonly string[]): Measured {
  const file = join(import.meta.dirname, 'measure.ts');
  const words = [...parameters, ...(short ? ['--short'] : [])];
  const { status, stdout } = spawnSync(process.execPath, [...OPTIONS, file, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`measuring ${parameters.join(', ')} failed`);
  return JSON.parse(stdout) as Measured;
}

const table = new OverheadTable('success', [
  'on',
  'method',
  'client',
  'times bare fetch',
  'middle half of the rounds',
  'bytes more',
]);

const natives = new OverheadTable('native', [
  'method',
  'client',
  'times the client without retries',
  'middle half of the rounds',
]);

for (const ground of ['stub', 'loopback']) {
  for (const method of ['GET', 'POST']) {
    const rows: [client: string, body: string, shown: string][] = [
      ...Object.keys(CONFIGURATIONS).map((name): [string, string, string] => [name, 'order', name]),
      ['wrapFetch, as installed', 'kilobyte', 'wrapFetch, 1 kB read within the attempt'],
      ...PEERS.map((name): [string, string, string] => [name, 'order', name]),
    ];
    for (const [client, body, shown] of rows) {
      const { ratio, low, high, extra } = measure(ground, body, method, client);
      table.add([ground, method, shown, ratio.toFixed(2), `${low.toFixed(2)} to ${high.toFixed(2)}`, extra ?? '']);
    }
  }
}
for (const method of ['GET', 'POST']) {
  for (const client of Object.keys(NATIVE)) {
    const { ratio, low, high } = measure('loopback', 'order', method, client);
    natives.add([method, client, ratio.toFixed(2), `${low.toFixed(2)} to ${high.toFixed(2)}`]);
  }
}
table.end();
natives.end();
