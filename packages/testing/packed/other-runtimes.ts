import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './make-project.ts';

const here = `${process.platform}-${process.arch}`;

interface Runtime {
  readonly name: string;
  readonly from: string;
  readonly program: string;
  /** What stands before the program that it runs. */
  readonly parameters: readonly string[];
}

const node = (version: number): Runtime => ({
  name: `node-${version}`,
  from: `npm:node-${here}@${version}`,
  program: 'bin/node',
  parameters: [],
});

const RUNTIMES: readonly Runtime[] = [
  node(22),
  node(26),
  { name: 'bun', from: `npm:@oven/bun-${here}@1`, program: 'bin/bun', parameters: [] },
  {
    name: 'deno',
    from: `npm:@deno/${here}-glibc@2`,
    program: 'deno',
    parameters: ['run', '--quiet', '--allow-all', '--node-modules-dir=manual'],
  },
];

/** Runs programs of a project in the runtimes that npm has, and that are not this one. */
export function runElsewhere(folder: string, project: string, programs: readonly string[]): void {
  // Apart from the project, where its programs would take the place of `node`.
  const runtimes = join(folder, 'runtimes');
  mkdirSync(runtimes);
  for (const { name, from, program, parameters } of RUNTIMES) {
    try {
      run(
        'npm',
        ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=silent', `${name}@${from}`],
        runtimes,
      );
    } catch {
      console.log(`NOT RUN: ${name}, because npm has no program for ${here}`);
      continue;
    }
    for (const each of programs) run(join(runtimes, 'node_modules', name, program), [...parameters, each], project);
    console.log(`${name} ran ${programs.join(' and ')}`);
  }
}
