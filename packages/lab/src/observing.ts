/**
 * Measures the cost of `@twicesafe/opentelemetry` without a registered SDK. Compares traced clients with wrapFetch in
 * alternating rounds on loopback. Measures CPU time, because other programs disturb it less. `--write` updates the
 * table in docs/observing.md.
 */

import { wrapFetch } from '@twicesafe/fetch';
import { traced } from '@twicesafe/opentelemetry';
import type { Fetch } from './overhead/clients.ts';
import { loopbackGround } from './overhead/grounds.ts';
import { writeBetween } from './write-between.ts';

const CLIENTS: Readonly<Record<string, Fetch>> = {
  'traced(wrapFetch())': traced(wrapFetch()) as Fetch,
  'with operationSpan': traced(wrapFetch(), { operationSpan: true }) as Fetch,
};
const bare = wrapFetch() as Fetch;
const ground = await loopbackGround('{"id":7}', process.argv.includes('--short'));
const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"amount":3}' };

/** Returns the CPU time of an operation in microseconds, including the server's. */
async function microseconds(fetch: Fetch): Promise<number> {
  const start = process.cpuUsage();
  for (let operation = 0; operation < ground.operations; operation++) {
    const response = await fetch(ground.url, post);
    if (!response.ok) throw new Error('a success was none');
    await response.text();
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / ground.operations;
}

const lines = ['| client | times wrapFetch | middle half of the rounds |', '|---|---|---|'];
for (const [name, client] of Object.entries(CLIENTS)) {
  for (let warm = 0; warm < 20; warm++) await microseconds(warm % 2 === 0 ? bare : client);
  const ratios: number[] = [];
  for (let round = 0; round < ground.rounds; round++) {
    // Each pays once for what the other leaves to the collector.
    const [first, second, third, fourth] = [
      await microseconds(bare),
      await microseconds(client),
      await microseconds(client),
      await microseconds(bare),
    ];
    ratios.push((second + third) / (first + fourth));
  }
  ratios.sort((a, b) => a - b);
  const at = (share: number): string => (ratios[Math.floor((ratios.length - 1) * share)] ?? 0).toFixed(2);
  lines.push(`| \`${name}\` | ${at(0.5)} | ${at(0.25)} to ${at(0.75)} |`);
}
ground.close();
console.log(lines.join('\n'));
if (process.argv.includes('--write')) writeBetween('observing.md', 'no-op', lines.join('\n'));
