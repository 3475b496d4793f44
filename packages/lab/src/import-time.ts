/** Measures how much longer a new process takes to import a built package than an empty module. Build first. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from './median.ts';
import { OverheadTable } from './overhead-table.ts';

const ROUNDS = 21;
const folder = mkdtempSync(join(tmpdir(), 'twicesafe-import-'));
const empty = join(folder, 'empty.mjs');
writeFileSync(empty, '');

/** Returns the duration of the import in milliseconds, measured inside the process. */
function importMs(specifier: string): number {
  const program = `const start = performance.now(); await import(${JSON.stringify(specifier)}); process.stdout.write(String(performance.now() - start));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return Number(stdout);
}

const modules = [
  '@twicesafe/fetch',
  '@twicesafe/ky',
  'ky',
  'p-retry',
  'fetch-retry',
  'ofetch',
  'cockatiel',
  'wretch',
  'axios',
  'got',
  'gaxios',
  'undici',
];
const times = new Map<string, number[]>();
for (let round = 0; round < ROUNDS; round++) {
  for (const specifier of [pathToFileURL(empty).href, ...modules]) {
    times.set(specifier, [...(times.get(specifier) ?? []), importMs(specifier)]);
  }
}
rmSync(folder, { recursive: true });
const base = median(times.get(pathToFileURL(empty).href) ?? []);
const table = new OverheadTable('import', ['library', 'ms']);
for (const name of modules) table.add([name, (median(times.get(name) ?? []) - base).toFixed(1)]);
table.end();
