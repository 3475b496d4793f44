import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A runtime to try: how it is had, and how it runs the probe. */
export interface Runtime {
  readonly name: string;
  /** The npm package that holds its program; undefined if the machine has it, or not. */
  readonly package?: string;
  /** Whether the adapters' own suites run on it too. */
  readonly runsContract?: boolean;
  /**
   * What runs the probe: a script, a page that the origin hands out, or a worker that is started by a test of its own.
   */
  readonly host: 'script' | 'page' | 'worker';
  /** The program, below the folder of installed packages if it comes from one. */
  readonly program: string;
  /** What the program is started with. `folder` is its own, with `main.js` and `config.capnp` in it. */
  parameters(folder: string, page: string): string[];
}

const node = (version: number): Runtime => ({
  name: `Node ${version}`,
  // The one that all scripts run on is tested by `pnpm test`.
  runsContract: !process.version.startsWith(`v${version}.`),
  package: `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`,
  host: 'script',
  program: `node-${version}/bin/node`,
  parameters: (folder) => [join(folder, 'main.js')],
});

// npm's name for the architecture that Node calls x64.
const WORKERD_ARCH = process.arch === 'x64' ? '64' : process.arch;

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

export const RUNTIMES: readonly Runtime[] = [
  node(22),
  node(24),
  node(26),
  {
    name: 'Bun',
    package: `@oven/bun-${process.platform}-${process.arch}@1`,
    host: 'script',
    program: `@oven/bun-${process.platform}-${process.arch}/bin/bun`,
    parameters: (folder) => [join(folder, 'main.js')],
  },
  {
    name: 'Deno',
    package: `@deno/${process.platform}-${process.arch}-glibc@2`,
    host: 'script',
    program: `@deno/${process.platform}-${process.arch}-glibc/deno`,
    parameters: (folder) => [
      'run',
      '--quiet',
      '--allow-all',
      '--unsafely-ignore-certificate-errors',
      join(folder, 'main.js'),
    ],
  },
  {
    name: 'workerd',
    package: `@cloudflare/workerd-${process.platform}-${WORKERD_ARCH}@1`,
    host: 'worker',
    program: `@cloudflare/workerd-${process.platform}-${WORKERD_ARCH}/bin/workerd`,
    parameters: (folder) => ['test', join(folder, 'config.capnp')],
  },
  {
    name: 'Chromium',
    host: 'page',
    program: CHROMIUM.find(existsSync) ?? 'chromium',
    parameters: (folder, page) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--user-data-dir=${join(folder, 'chromium')}`,
      page,
    ],
  },
  {
    name: 'Firefox',
    host: 'page',
    program: FIREFOX.find(existsSync) ?? 'firefox',
    parameters: (folder, page) => ['--headless', '--no-remote', '--profile', join(folder, 'firefox'), page],
  },
];
