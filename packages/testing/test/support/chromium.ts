import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The browser of this machine, if it has one. */
export const CHROMIUM: string | undefined = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync);

/** Opens a page until the end of the block, without any request but the page's own. */
export function openPage(program: string, url: string): AsyncDisposable {
  const folder = mkdtempSync(join(tmpdir(), 'twicesafe-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  const child = spawn(
    program,
    [...flags, '--disable-component-update', '--disable-sync', `--user-data-dir=${folder}`, url],
    { stdio: 'ignore', detached: true }, // a group of its own: a browser is many processes
  );
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  return {
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
    },
  };
}
