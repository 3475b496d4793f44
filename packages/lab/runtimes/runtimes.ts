import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A runtime to try: how it is had, and how it runs the probe. */
export interface Runtime {
  readonly name: string;
  /** The npm package that holds its program; undefined if the machine has it, or not. */
  readonly package?: string;
  /** The program, below the folder of installed packages if it comes from one. */
  readonly program: string;
  /** What the program is started with. */
  parameters(script: string, page: string): string[];
}

const node = (version: number): Runtime => ({
  name: `Node ${version}`,
  package: `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`,
  program: `node-${version}/bin/node`,
  parameters: (script) => [script],
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const RUNTIMES: readonly Runtime[] = [
  node(22),
  node(24),
  node(26),
  {
    name: 'Bun',
    package: `@oven/bun-${process.platform}-${process.arch}@1`,
    program: `@oven/bun-${process.platform}-${process.arch}/bin/bun`,
    parameters: (script) => [script],
  },
  {
    name: 'Deno',
    package: `@deno/${process.platform}-${process.arch}-glibc@2`,
    program: `@deno/${process.platform}-${process.arch}-glibc/deno`,
    parameters: (script) => ['run', '--quiet', '--allow-all', script],
  },
  {
    name: 'Chromium',
    program: CHROMIUM.find(existsSync) ?? 'chromium',
    parameters: (script, page) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--user-data-dir=${join(script, '../chromium')}`,
      page,
    ],
  },
];
