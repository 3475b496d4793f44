/** Measures how much a library and its imports add to a bundle, minified and gzipped. Build first. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'tsdown';
import { OverheadTable } from './overhead-table.ts';

const WRAP_FETCH = "export { wrapFetch } from '@twicesafe/fetch';";

const LIBRARIES: Readonly<Record<string, string>> = {
  '@twicesafe/fetch, wrapFetch': WRAP_FETCH,
  '@twicesafe/fetch, wrapFetch, in Node': WRAP_FETCH,
  '@twicesafe/fetch, all of it': "export * from '@twicesafe/fetch';",
  '@twicesafe/ky, wrapKy, with ky': "export { wrapKy } from '@twicesafe/ky'; export { default } from 'ky';",
  ky: "export { default } from 'ky';",
  'p-retry': "export { default } from 'p-retry';",
  'fetch-retry': "export { default } from 'fetch-retry';",
  ofetch: "export { ofetch } from 'ofetch';",
  cockatiel: "export { ExponentialBackoff, handleAll, retry } from 'cockatiel';",
  'wretch + retry': "export { default } from 'wretch'; export { retry } from 'wretch/middlewares';",
  'axios + axios-retry': "export { default } from 'axios'; export { default as retry } from 'axios-retry';",
};

async function bundled(source: string, platform: 'node' | 'browser'): Promise<number> {
  const folder = mkdtempSync(join(import.meta.dirname, '.bundle-'));
  try {
    writeFileSync(join(folder, 'entry.js'), source);
    await build({
      entry: join(folder, 'entry.js'),
      outDir: join(folder, 'out'),
      config: false,
      dts: false,
      minify: true,
      platform,
      logLevel: 'silent',
      outExtensions: () => ({ js: '.js' }),
      deps: { alwaysBundle: [/.*/] },
    });
    return gzipSync(readFileSync(join(folder, 'out', 'entry.js')), { level: 9 }).length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const table = new OverheadTable('bundle', ['library', 'kB, minified and gzipped']);
for (const [name, source] of Object.entries(LIBRARIES)) {
  // Most bundles are for browsers.
  const platform = name.endsWith('in Node') ? 'node' : 'browser';
  table.add([name, ((await bundled(source, platform)) / 1000).toFixed(1)]);
}
table.end();
