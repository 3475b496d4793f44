import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';

// Real time, real processes: a busy machine takes longer.
vi.setConfig({ testTimeout: 60_000 });

test('with node:test every run is a line of its own', async () => {
  const program = `
    import assert from 'node:assert/strict';
    import { test } from 'node:test';
    import { provesSafe } from '../../src/index.ts';

    const placeOrder = (url) => fetch(url, { method: 'POST' }).catch(() => fetch(url, { method: 'POST' }));

    const { rows, bad } = await provesSafe(placeOrder, { faults: ['resetBefore', 'resetAfter'], on: [1], time: 'virtual' });
    for (const row of rows) {
      test(\`\${row.fault}, attempt \${row.attempt}: \${row.verdict}\`, () => assert.ok(!bad.includes(row)));
    }
  `;
  const parameters = [
    '--conditions=@twicesafe/source',
    '--test-reporter=tap',
    '--input-type=module-typescript',
    '--eval',
    program,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: import.meta.dirname }).catch(
    (failed) => failed,
  );

  expect(stdout.match(/^(not )?ok .*$/gm)).toEqual([
    'ok 1 - none, attempt 1: ok',
    'ok 2 - resetBefore, attempt 1: ok',
    'not ok 3 - resetAfter, attempt 1: DOUBLED',
  ]);
});
