/** Runs every measurement of twicesafe's overhead in turn, and passes `--write` to each. Build first. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PROGRAMS = [
  'upload-memory.ts',
  'bundle-size.ts',
  'import-time.ts',
  'in-flight.ts',
  'overhead/profile.ts',
  'overhead/main.ts',
];
/** These measure the published builds instead of the sources. */
const PUBLISHED = ['bundle-size.ts', 'import-time.ts'];
const OPTIONS = ['--conditions=@twicesafe/source', '--expose-gc', '--max-semi-space-size=64'];

for (const program of PROGRAMS) {
  console.log(`\n${program}\n`);
  const options = PUBLISHED.includes(program) ? [] : OPTIONS;
  const words = program === 'upload-memory.ts' ? [] : process.argv.slice(2);
  const file = join(import.meta.dirname, program);
  const { status } = spawnSync(process.execPath, [...options, file, ...words], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
