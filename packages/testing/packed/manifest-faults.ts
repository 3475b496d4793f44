import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const REPOSITORY = 'https://github.com/twicesafe/twicesafe';

/** What the registry's page of a package would lack: one sentence for each. */
export function manifestFaults(root: string, folder: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const directory = relative(root, folder);
  const expected: Readonly<Record<string, unknown>> = {
    license: 'MIT',
    homepage: `${REPOSITORY}/tree/main/${directory}#readme`,
    bugs: `${REPOSITORY}/issues`,
    repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory },
    engines: { node: '>=22' },
  };
  const faults = Object.entries(expected)
    .filter(([name, value]) => JSON.stringify(manifest[name]) !== JSON.stringify(value))
    .map(([name, value]) => `${name} must be ${JSON.stringify(value)}`);
  if (!manifest.description) faults.push('a description is missing');
  if (!(manifest.keywords?.length >= 5)) faults.push('keywords needs five words or more');
  if (!/npm install (--save-dev )?@twicesafe\//.test(readme)) faults.push('README.md does not say how to install it');
  if (!/```ts\n/.test(readme)) faults.push('README.md has no example');
  if (!readme.includes(REPOSITORY)) faults.push(`README.md has no link to ${REPOSITORY}`);
  return faults.map((fault) => `${manifest.name}: ${fault}`);
}
