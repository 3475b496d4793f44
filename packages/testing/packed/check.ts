/**
 * Packs every public package as it would be published, looks at the tarballs as publint and attw do, installs them into an
 * empty project with npm, and runs a program there.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestFaults } from './manifest-faults.ts';

const root = join(import.meta.dirname, '../../..');
const packages = ['.', 'clients'].flatMap((group) => publishedIn(join(root, 'packages', group)));
const folder = mkdtempSync(join(tmpdir(), 'twicesafe-packed-'));

/** The folders below this one that hold a package for the registry. */
function publishedIn(group: string): string[] {
  return readdirSync(group)
    .map((name) => join(group, name))
    .filter((each) => existsSync(join(each, 'package.json')))
    .filter((each) => JSON.parse(readFileSync(join(each, 'package.json'), 'utf8')).private !== true);
}

function run(command: string, parameters: string[], cwd: string): void {
  execFileSync(command, parameters, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

const faults = packages.flatMap((each) => manifestFaults(root, each));
if (faults.length > 0) throw new Error(faults.join('\n'));

try {
  const tarballs = join(folder, 'tarballs');
  const project = join(folder, 'project');
  mkdirSync(tarballs);
  mkdirSync(project);
  for (const each of packages) run('npx', ['--yes', 'pnpm@12', 'pack', '--pack-destination', tarballs], each);

  const files = Object.fromEntries(
    readdirSync(tarballs).map((file) => [
      `@twicesafe/${/^twicesafe-(.*?)-\d/.exec(file)?.[1]}`,
      `file:${join(tarballs, file)}`,
    ]),
  );
  for (const file of Object.values(files)) {
    const tarball = file.slice('file:'.length);
    run('publint', ['run', tarball, '--strict'], root);
    run('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii'], root);
  }

  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { ky, typescript, 'fast-check': fastCheck, undici, vitest, '@types/node': nodeTypes } = devDependencies;
  const sdks = JSON.parse(readFileSync(join(root, 'packages/sdks/package.json'), 'utf8')).devDependencies;
  const manifest = {
    private: true,
    type: 'module',
    dependencies: {
      '@twicesafe/fetch': files['@twicesafe/fetch'],
      '@twicesafe/ky': files['@twicesafe/ky'],
      '@twicesafe/sdks': files['@twicesafe/sdks'],
      '@twicesafe/server': files['@twicesafe/server'],
      '@twicesafe/testing': files['@twicesafe/testing'],
      'fast-check': fastCheck,
      '@octokit/core': sdks['@octokit/core'],
      ky,
      undici,
      vitest,
      typescript,
      '@types/node': nodeTypes,
    },
    // The packages know each other by version, and these versions are on no registry yet.
    overrides: files,
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, undefined, 2));
  cpSync(join(import.meta.dirname, 'project'), project, { recursive: true });
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], project);
  run('npx', ['tsc', '--project', '.'], project);
  run('node', ['main.js'], project);
  // The files that bundlers for browsers take.
  run('node', ['--conditions=browser', 'main.js'], project);
  run('node', ['sdk.js'], project);
  run('node', ['prove.js'], project);
  run('npx', ['twicesafe-testing', '--help'], project);
  run('npx', ['vitest', 'run', 'client.test.js', '--reporter=dot'], project);
  run('node', ['--test', '--test-reporter=dot', 'store.test.js'], project);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
