/**
 * Packs every public package as it would be published, looks at the tarballs as publint and attw do, installs them into
 * empty projects with npm, and runs programs there: in Node, Bun and Deno, and through the builds of Vite and Next.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProject, run } from './make-project.ts';
import { manifestFaults } from './manifest-faults.ts';
import { runElsewhere } from './other-runtimes.ts';

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

const faults = packages.flatMap((each) => manifestFaults(root, each));
if (faults.length > 0) throw new Error(faults.join('\n'));

try {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
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
  const project = makeProject(folder, 'project', files, {
    'fast-check': fastCheck,
    '@octokit/core': sdks['@octokit/core'],
    '@opentelemetry/api': '^1.9.0',
    '@types/node': nodeTypes,
    '@types/pg': '^8.0.0',
    axios: '^1.3.0',
    got: '^16.0.0',
    ky,
    pg: '^8.0.0',
    typescript,
    undici,
    vitest,
  });
  run('npx', ['tsc', '--project', '.'], project);
  run('node', ['main.js'], project);
  // The files that bundlers for browsers take.
  run('node', ['--conditions=browser', 'main.js'], project);
  run('node', ['every.js'], project);
  run('node', ['sdk.js'], project);
  run('node', ['prove.js'], project);
  run('npx', ['twicesafe-testing', '--help'], project);
  run('npx', ['vitest', 'run', 'client.test.js', '--reporter=dot'], project);
  run('node', ['--test', '--test-reporter=dot', 'store.test.js'], project);
  runElsewhere(folder, project, ['main.js', 'every.js']);

  const bundled = makeProject(folder, 'bundled', files, {
    axios: '^1.3.0',
    ky,
    vite: '^8.0.0',
    '@opentelemetry/api': '^1.9.0',
  });
  run('node', ['build.js'], bundled);

  const next = makeProject(folder, 'next', files, { ky, next: '^16.0.0', react: '^19.0.0', 'react-dom': '^19.0.0' });
  run('npx', ['next', 'build'], next);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
