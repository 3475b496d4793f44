import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from 'tsdown';
import { onTestFinished } from 'vitest';

/** A page whose script is a program and all that it imports, as an application's bundler makes it. */
export async function pageOf(entry: string): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'twicesafe-page-'));
  onTestFinished(() => rmSync(outDir, { recursive: true }));
  await build({
    entry,
    outDir,
    config: false,
    dts: false,
    platform: 'browser',
    logLevel: 'error',
    outExtensions: () => ({ js: '.js' }),
    deps: { alwaysBundle: [/.*/] },
    inputOptions: { resolve: { conditionNames: ['@twicesafe/source', 'browser', 'import', 'default'] } },
  });
  const script = readFileSync(join(outDir, basename(entry).replace('.ts', '.js')), 'utf8');
  return `<link rel="icon" href="data:,"><script type="module">${script.replaceAll('</script', '<\\/script')}</script>`;
}
