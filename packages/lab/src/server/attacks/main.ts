/**
 * Attacks every npm package that handles idempotency keys on a server, including ours, and prints a table. Fails unless
 * ours has exactly one effect and an honest response in every attack. `--write` updates the table in docs/server.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis } from '../../../../server/test/support/find-redis.ts';
import { writeBetween } from '../../write-between.ts';
import { ANSWERS } from './answers.ts';
import type { Attack } from './attack.ts';
import { CRASHES } from './crashes.ts';
import { CuttableProxy } from './cuttable-proxy.ts';
import { DUPLICATES } from './duplicates.ts';
import type { Finding } from './finding.ts';
import { SUBJECTS } from './subjects/all.ts';
import { Target } from './target.ts';

const ATTACKS: readonly Attack[] = [...DUPLICATES, ...ANSWERS, ...CRASHES];
const run = crypto.randomUUID().slice(0, 8);
const onlyOurs = process.argv.includes('--ours');

async function attack(target: Target, { run: start }: Attack, order: string): Promise<Finding> {
  if (!target.isAlive) await target.start();
  try {
    return await start(target, order);
  } catch (error) {
    return { text: `breaks: ${String(error)}`, isGood: false };
  }
}

await using service = await findRedis();
if (!service) process.exit(process.exitCode ?? 1);
const directory = mkdtempSync(join(tmpdir(), 'twicesafe-attacks-'));
const rows = ATTACKS.map(({ name }) => [name]);
const failures: string[] = [];
for (const [number, subject] of (onlyOurs ? SUBJECTS.slice(0, 1) : SUBJECTS).entries()) {
  await using redis = await CuttableProxy.listen(service.url);
  await using target = new Target(number, redis, join(directory, `ledger-${number}`));
  await target.start();
  for (const [index, each] of ATTACKS.entries()) {
    if (each.needsRedis && !subject.usesRedis) {
      rows[index]?.push('');
      continue;
    }
    const finding = await attack(target, each, `${run}-${number}-${index}`);
    rows[index]?.push(finding.isGood ? finding.text : `**${finding.text}**`);
    if (number === 0 && !finding.isGood) failures.push(`${each.name}: ${finding.text}`);
    console.log(`${subject.name} | ${each.name} | ${finding.isGood ? 'good' : 'BAD'} | ${finding.text}`);
  }
}
rmSync(directory, { recursive: true });

const names = ['attack', ...SUBJECTS.map(({ name }) => name)];
const table = [names, names.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
if (process.argv.includes('--write') && !onlyOurs) writeBetween('server.md', 'attacks', table);
if (failures.length > 0) {
  console.error(`Ours failed\n${failures.join('\n')}`);
  process.exitCode = 1;
}
