/**
 * Runs the adapter in real runtimes against the scripted origin, and prints a table. Fails if a proof was false, if
 * twicesafe retried a POST in doubt, or if a reported effect was wrong. Lists unavailable runtimes as not run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cert, closedPort, status } from '@twicesafe/testing';
import { build } from 'tsdown';
import { runContract } from './contract.ts';
import { Control, listenAll, type Result } from './control.ts';
import { pageFor, writeHost } from './hosts.ts';
import { RUNTIMES, type Runtime } from './runtimes.ts';
import { scenariosFor } from './scenarios.ts';
import { rowOf, writeRows } from './table.ts';
import { faultOf } from './verdict.ts';

const LONGEST_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'twicesafe-runtimes-'));
const closed = `http://127.0.0.1:${await closedPort()}/`;

await build({
  entry: join(import.meta.dirname, 'probe.ts'),
  outDir: folder,
  config: false,
  dts: false,
  platform: 'neutral',
  logLevel: 'error',
  outExtensions: () => ({ js: '.js' }),
  deps: { alwaysBundle: [/.*/] },
  inputOptions: { resolve: { conditionNames: ['@twicesafe/source', 'import', 'default'] } },
});
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
const trusted = join(folder, 'trusted.pem');
writeFileSync(trusted, cert);

/** Returns the runtime's program, and installs it if it comes from npm. Throws if the program is unavailable. */
function programOf({ package: name, program }: Runtime): string {
  if (name === undefined) return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--loglevel=error'];
  execFileSync('npm', ['install', '--prefix', folder, ...options, name], { stdio: 'ignore', timeout: LONGEST_MS });
  return join(folder, 'node_modules', program);
}

async function tryRuntime(runtime: Runtime, program: string): Promise<readonly Result[]> {
  await using origins = await listenAll();
  const origin = origins.plain;
  await using control = await Control.listen(origins, closed, scenariosFor(closed, runtime.host !== 'page'));
  const places = { control: control.url };
  writeHost(folder, runtime.host, places);
  if (runtime.host === 'page')
    origin.plays(status(200, { headers: { 'content-type': 'text/html' }, body: pageFor(folder, places) }));

  const child = spawn(program, runtime.parameters(folder, origin.url), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
    detached: true, // a separate process group, because a browser has many processes
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-500);
  });
  const exited = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`exit ${code} before the end: ${complaint}`)));
  });
  const late = AbortSignal.timeout(LONGEST_MS);
  const timeUp = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(new Error(`not done after ${LONGEST_MS} ms: ${complaint}`)));
  });
  try {
    await Promise.race([control.done, exited, timeUp]);
  } finally {
    endGroup(child.pid);
  }
  return control.results;
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The process has already ended.
  }
}

let bad = false;
const rows: string[] = [];
for (const runtime of RUNTIMES) {
  let program: string;
  let results: readonly Result[];
  try {
    program = programOf(runtime);
    results = await tryRuntime(runtime, program);
  } catch (error) {
    const [line = ''] = String(error).split('\n');
    console.log(`${runtime.name}: NOT RUN (${line.slice(0, 160)})`);
    continue;
  }
  const failures = runtime.runsContract ? runContract(program) : undefined;
  if (failures !== undefined) {
    bad = true;
    console.log(`  WRONG: the adapters' own suites fail on ${runtime.name}\n${failures}`);
  }
  const row = rowOf(runtime.name, results);
  rows.push(row);
  console.log(`${row} ${results.length} operations${runtime.runsContract ? ', and the contract' : ''}`);
  for (const result of results) {
    const fault = faultOf(result);
    if (!fault) continue;
    bad = true;
    console.log(`  WRONG: ${result.scenario.method}, ${result.scenario.name}: ${fault} ${JSON.stringify(result)}`);
  }
}
// A browser's child processes continue to write for a moment.
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
if (bad) process.exitCode = 1;
if (process.argv.includes('--write')) writeRows(rows);
