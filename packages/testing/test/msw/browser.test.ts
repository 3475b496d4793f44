import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Act, type ReceivedRequest, scriptedOrigin, status } from '../../src/index.ts';
import { pageOf } from '../support/bundle.ts';
import { CHROMIUM, openPage } from '../support/chromium.ts';

if (!CHROMIUM) console.log('SKIPPED: msw in a browser, because this machine has no Chromium.');

const WORKER = createRequire(import.meta.url).resolve('msw/mockServiceWorker.js');

test.skipIf(!CHROMIUM)(
  'in Chromium, the same handlers play faults in a service worker',
  { timeout: 180_000 },
  async () => {
    const page = await pageOf(join(import.meta.dirname, 'msw-page.ts'));
    const worker = readFileSync(WORKER, 'utf8');
    const send = (type: string, body: string): Act => status(200, { headers: { 'content-type': type }, body });
    const respond = ({ method, target }: ReceivedRequest): Act => {
      if (method === 'POST') return status(204);
      return target === '/mockServiceWorker.js' ? send('text/javascript', worker) : send('text/html', page);
    };
    await using origin = await scriptedOrigin({ respond });
    const told = () => origin.requests.find(({ target, bodyComplete }) => target === '/seen' && bodyComplete);

    await using _ = openPage(CHROMIUM ?? '', origin.url);
    await vi.waitFor(() => expect(told()).toBeDefined(), { timeout: 120_000 });

    expect(JSON.parse(told()?.text ?? '')).toEqual([
      ['none', [200, 200], 2, 2],
      ['resetBefore', ['TypeError', 200], 2, 1],
      ['resetAfter', ['TypeError', 200], 2, 2],
      ['lost502', [502, 200], 2, 2],
      ['busy503', [503, 200], 2, 1],
    ]);
    expect(origin.requests.filter(({ target }) => target === '/orders')).toEqual([]);
  },
);
