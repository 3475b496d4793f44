import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = dirname(createRequire(import.meta.url).resolve('vitest-oldest/package.json'));

test('the matchers work in vitest 5.0.0', async () => {
  const options = ['run', '--root', ROOT, '--config', 'test/support/vitest-oldest.config.ts', '--no-color'];

  const { stdout } = await promisify(execFile)(process.execPath, [join(VITEST, 'vitest.mjs'), ...options]);

  expect(stdout).toMatch(/RUN +v5\.0\.0/);
  expect(stdout).toContain('4 passed (4)');
});
