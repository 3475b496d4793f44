/**
 * Measures the memory of 100,000 concurrent operations that wait for their responses, with a separate process for each
 * client. `--short` runs a thousandth of them, for CI.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RetryOptions, wrapFetch } from '@twicesafe/fetch';
import { CONFIGURATIONS, type Fetch } from './overhead/clients.ts';
import { OverheadTable } from './overhead-table.ts';

const OPERATIONS = process.argv.includes('--short') ? 100 : 100_000;
const BARE = 'bare fetch';
/** A time limit that doesn't end while 100,000 operations start on a slow machine. */
const LONG_MS = 3_600_000;

/**
 * Runs in a separate process. Measures the bytes that one operation holds, and checks that all operations succeeded.
 */
async function measure(name: string): Promise<void> {
  const gate = Promise.withResolvers<void>();
  const stub: Fetch = async () => {
    await gate.promise;
    return new Response('{"id":7}');
  };
  const fetch = name === BARE ? stub : wrapped(stub, CONFIGURATIONS[name]);
  const send = (): Promise<Response> => fetch('https://api.example/orders/7', { method: 'POST', body: '{"amount":3}' });
  const sent: Promise<Response>[] = new Array(OPERATIONS);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let operation = 0; operation < OPERATIONS; operation++) sent[operation] = send();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  const held = (process.memoryUsage().heapUsed - before) / OPERATIONS;
  gate.resolve();
  const well = (await Promise.all(sent)).filter(({ ok }) => ok).length;
  if (well !== OPERATIONS) throw new Error(`${name}: ${well} of ${OPERATIONS} operations ended well`);
  console.log(held);
}

function wrapped(stub: Fetch, options: RetryOptions = {}): Fetch {
  const { attemptTimeoutMs, deadlineMs } = options;
  const long = {
    ...(attemptTimeoutMs && { attemptTimeoutMs: LONG_MS }),
    ...(deadlineMs && { deadlineMs: 2 * LONG_MS }),
  };
  return wrapFetch(stub as typeof globalThis.fetch, { ...options, ...long }) as Fetch;
}

const name = process.argv[2];
if (name !== undefined && !name.startsWith('--')) {
  await measure(name);
} else {
  const options = ['--conditions=@twicesafe/source', '--expose-gc', fileURLToPath(import.meta.url)];
  const heldBy = (client: string): number =>
    Number(execFileSync(process.execPath, [...options, client, ...process.argv.slice(2)], { encoding: 'utf8' }));
  const table = new OverheadTable('in-flight', ['client', 'bytes held by an operation', 'more than bare fetch']);
  const bare = heldBy(BARE);
  table.add([BARE, Math.round(bare), '']);
  for (const client of Object.keys(CONFIGURATIONS)) {
    const held = heldBy(client);
    table.add([client, Math.round(held), Math.round(held - bare)]);
  }
  table.end();
}
